using System.Reflection;

namespace HookRules.Tests.Faults;

/// <summary>How much objects hold on to: what grows without end is found by it beside any other test, and however small it is.</summary>
internal static class Reachable
{
    /// <summary>Objects, and places in arrays, that can be reached from these.</summary>
    public static long From(params object[] roots)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>(roots);
        var places = 0L;
        while (open.TryPop(out var one))
        {
            if (one is Type or MemberInfo or Assembly or Delegate or Thread or Task or string || !seen.Add(one))
                continue;
            if (one is Array array)
            {
                places += array.Length;
                if (Holds(one.GetType().GetElementType()!))
                    foreach (var item in array)
                        Push(item);
            }
            else
                foreach (var field in Fields(one.GetType()))
                    Push(field.GetValue(one));
        }

        return seen.Count + places;

        void Push(object? value)
        {
            if (value is null)
                return;
            if (!value.GetType().IsValueType)
                open.Push(value);
            else if (Holds(value.GetType()))
                foreach (var field in Fields(value.GetType()))
                    Push(field.GetValue(value));
        }
    }

    // Pointers and spans lead nowhere that can be walked.
    private static bool Holds(Type type) => !type.IsPrimitive && !type.IsEnum && !type.IsPointer && !type.IsByRefLike;

    private static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (var at = type; at is not null; at = at.BaseType)
            foreach (
                var field in at.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            )
                if (Holds(field.FieldType))
                    yield return field;
    }
}
