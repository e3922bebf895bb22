using System.Text.Json;

namespace Orrery.Cli;

/// <summary>
/// The file with one's profiles, for its owner's eyes only: written beside and moved there whole, 0600 in a folder of 0700, one writer at a time. One that
/// others may read is refused while tokens are in it, as ssh does with keys.
/// </summary>
internal sealed class ProfileFile(string path)
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnFolder = Own | UnixFileMode.UserExecute;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    private static readonly JsonSerializerOptions Indented = new(CliJson.Options) { WriteIndented = true };

    public string Path => path;

    /// <summary>Where it is: ORRERY_CONFIG, else below XDG_CONFIG_HOME or ~/.config; null where there is no home.</summary>
    public static ProfileFile? Of(CliHost host)
    {
        if (Given(host, "ORRERY_CONFIG") is { } named)
            return new(named);
        // The specification has relative ones ignored.
        if (Given(host, "XDG_CONFIG_HOME") is { } folder && System.IO.Path.IsPathFullyQualified(folder))
            return new(System.IO.Path.Combine(folder, "orrery", "config.json"));
        var home = Given(host, "HOME") ?? Given(host, "USERPROFILE");
        return home is null ? null : new(System.IO.Path.Combine(home, ".config", "orrery", "config.json"));
    }

    /// <summary>What is in it; nothing where there is no file.</summary>
    /// <exception cref="UsageException">It is not what this program writes, or others may read the tokens in it.</exception>
    public ProfileDocument Read()
    {
        if (!File.Exists(path))
            return new();
        ProfileDocument document;
        try
        {
            using var stream = File.OpenRead(path);
            document = JsonSerializer.Deserialize<ProfileDocument>(stream, CliJson.Options) ?? new();
        }
        catch (JsonException wrong)
        {
            throw new UsageException($"{path} is not a file of profiles: {wrong.Message} Mend it, or remove it and run 'mlops login'.");
        }

        if (!OperatingSystem.IsWindows() && document.Profiles.Values.Any(static one => one.Token is not null) && (File.GetUnixFileMode(path) & Others) is not 0)
        {
            throw new UsageException(
                $"Others can read or write {path} (mode {Octal(File.GetUnixFileMode(path))}), and tokens are in it. Run: chmod 600 '{path}'. Others may have read them: 'mlops logout' ends them.");
        }

        return document;
    }

    /// <summary>Changes it, while no other process does.</summary>
    public async Task ChangeAsync(Func<ProfileDocument, ProfileDocument> change, TimeProvider time, CancellationToken cancel)
    {
        // What is linked to stays where it is.
        var real = (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? System.IO.Path.GetFullPath(path);
        var folder = System.IO.Path.GetDirectoryName(real)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else if (!Directory.Exists(folder))
            Directory.CreateDirectory(folder, OwnFolder);
        await using var alone = await LockAsync(real + ".lock", time, cancel);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(change(Read()), Indented);
        var part = real + ".part";
        File.Delete(part);
        try
        {
            await using (var stream = new FileStream(part, Options(FileMode.CreateNew)))
            {
                await stream.WriteAsync(bytes, cancel);
                stream.WriteByte((byte)'\n');
                stream.Flush(flushToDisk: true);
            }

            File.Move(part, real, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static async Task<FileStream> LockAsync(string file, TimeProvider time, CancellationToken cancel)
    {
        var until = time.GetUtcNow() + Patience;
        while (true)
        {
            try
            {
                return new FileStream(file, Options(FileMode.OpenOrCreate));
            }
            catch (IOException) when (time.GetUtcNow() < until)
            {
                await Task.Delay(Glance, time, cancel);
            }
        }
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Own;
        return options;
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode & 0b111_111_111, 8).PadLeft(4, '0');

    private static string? Given(CliHost host, string variable) => host.Environment(variable) is { Length: > 0 } value ? value : null;
}
