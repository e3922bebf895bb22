using System.Security.Cryptography;

namespace Orrery.Storage;

/// <summary>The key of <see cref="SecretBox"/>: 32 bytes in base64, in a file that its owner alone may read.</summary>
internal static class SecretKeyFile
{
    private const string Generated = "secrets.key";

    /// <summary>The key that the options give; without one, that of the data folder, where it is made at first use.</summary>
    /// <param name="options">What the server is told.</param>
    /// <param name="dataDir">The server's data folder.</param>
    /// <exception cref="InvalidDataException">The file holds no key.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static byte[] Load(SecretOptions options, string dataDir)
    {
        if (options.Key is { } given && Parse(given) is { } configured)
            return configured;
        var path = Path.Combine(dataDir, Generated);
        if (!File.Exists(path))
            Create(path);
        return Parse(File.ReadAllText(path))
            ?? throw new InvalidDataException($"{path} holds no key: it must be {SecretBox.KeyBytes} random bytes in base64, such as 'openssl rand -base64 32' prints.");
    }

    /// <summary>The key that a text holds; null for none.</summary>
    public static byte[]? Parse(string text)
    {
        var key = new byte[SecretBox.KeyBytes];
        return Convert.TryFromBase64String(text.Trim(), key, out var count) && count == key.Length ? key : null;
    }

    // Written aside and then linked into place: of several servers that start at once, one makes the key and all use it.
    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var aside = $"{path}.{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(aside, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBox.KeyBytes))));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(aside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(aside);
        }
    }
}
