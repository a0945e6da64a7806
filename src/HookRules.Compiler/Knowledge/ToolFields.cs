using HookRules.Engine;

namespace HookRules.Compiler.Knowledge;

/// <summary>The fields of a tool's input, as its schema has them.</summary>
public static class ToolFields
{
    private static readonly FieldPath Input = FieldPath.Parse("tool_input")!;

    /// <summary>Empty where the tool has no schema.</summary>
    public static IReadOnlyList<EventField> Of(HookTool tool) =>
        !tool.HasSchema
            ? []
            :
            [
                .. from shape in FieldCatalog.Shapes("PreToolUse", [tool.Name], Input)
                from name in shape.Names
                let field = shape.Property(name)
                where field is not null
                select new EventField(
                    $"tool_input.{name}",
                    new FieldType(field.Kinds, [], false).Describe(),
                    shape.Requires(name),
                    [.. field.Values ?? []],
                    ""
                ),
            ];
}
