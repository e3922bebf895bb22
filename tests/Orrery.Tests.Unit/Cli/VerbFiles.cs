namespace Orrery.Tests.Unit;

/// <summary>Files that verbs read and write, in a folder of their own, whose name is not in the goldens.</summary>
internal sealed class VerbFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-verb-").FullName;

    /// <summary>A file to be read.</summary>
    public string With(string name, string text)
    {
        File.WriteAllText(Path.Combine(_folder, name), text);
        return Path.Combine(_folder, name);
    }

    /// <summary>A file or folder to be written.</summary>
    public string New(string name) => Path.Combine(_folder, name);

    /// <summary>A text without where the folder is.</summary>
    public string Named(string text) => text.Replace(_folder, "FOLDER", StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
