using HookRules.Site;

if (args is not [var root, var folder])
{
    Console.Error.WriteLine("usage: HookRules.Site CHECKOUT FOLDER");
    return 2;
}

var files = SiteBuild.Of(Path.GetFullPath(root));
foreach (var (name, content) in files)
{
    var path = Path.Combine(folder, name);
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    using var file = File.Create(path);
    file.Write(content);
}

Console.WriteLine($"{files.Count} files in {folder}");
return 0;
