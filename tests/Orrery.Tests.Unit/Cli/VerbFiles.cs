using System.Text.RegularExpressions;

namespace Orrery.Tests.Unit;

/// <summary>Files that verbs read and write, in a folder of their own, whose name is not in the goldens.</summary>
internal sealed partial class VerbFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-verb-").FullName;

    /// <summary>A file to be read.</summary>
    public string With(string name, string text)
    {
        File.WriteAllText(Path.Combine(_folder, name), text);
        return Path.Combine(_folder, name);
    }

    /// <summary>A file that others may not read.</summary>
    public string Secret(string name, string text)
    {
        var file = With(name, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    /// <summary>Without what was written so far.</summary>
    public VerbFiles Anew()
    {
        Directory.Delete(_folder, recursive: true);
        Directory.CreateDirectory(_folder);
        return this;
    }

    /// <summary>A file or folder to be written.</summary>
    public string New(string name) => Path.Combine(_folder, name);

    /// <summary>A text without where the folder is, the program's version, and spaces at the ends of lines.</summary>
    public string Named(string text) => string.Join('\n', Version.Replace(text, "VERSION").Replace(_folder, "FOLDER", StringComparison.Ordinal).Split('\n').Select(static line => line.TrimEnd()));

    [GeneratedRegex("(?<=mlops |\"mlops\":\")\\d+\\.\\d+\\.\\d+[^;\"]*")]
    private static partial Regex Version { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
