using HookRules.Site;

switch (args)
{
    case ["picture", var title]:
        Console.Out.Write(TerminalPicture.Of(title, Console.In.ReadToEnd()));
        return 0;
    case [var root, var folder, .. var more] when more.Length < 2:
        foreach (var (name, content) in SiteBuild.Of(Path.GetFullPath(root), more.FirstOrDefault()))
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = File.Create(path);
            file.Write(content);
        }

        return 0;
    default:
        Console.Error.WriteLine("usage: HookRules.Site CHECKOUT FOLDER [PLAYGROUND] | picture TITLE");
        return 2;
}
