using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Orrery.Cli;

/// <summary>Files with one JSON value per line.</summary>
internal static class JsonLines
{
    private static readonly byte[] End = "\n"u8.ToArray();

    public static async IAsyncEnumerable<T> ReadAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!File.Exists(path))
            yield break;
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancel))
        {
            number++;
            yield return Read<T>(line, path, number);
        }
    }

    public static byte[] Line<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, CliJson.Options), .. End];

    /// <summary>Adds a line and makes it durable.</summary>
    public static async Task AppendAsync<T>(string path, T value, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        await file.WriteAsync(Line(value), cancel);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Replaces a file as a whole.</summary>
    public static async Task WriteAsync<T>(string path, IEnumerable<T> values, CancellationToken cancel)
    {
        var next = path + ".new";
        await using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            foreach (var value in values)
                await file.WriteAsync(Line(value), cancel);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }

    /// <summary>Cuts off a last line that was only half written.</summary>
    public static void Mend(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        var end = file.Length;
        while (end > 0)
        {
            file.Position = end - 1;
            if (file.ReadByte() is '\n')
                break;
            end--;
        }

        file.SetLength(end);
    }

    private static T Read<T>(string line, string path, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, CliJson.Options) ?? throw new JsonException("It is null.");
        }
        catch (JsonException invalid)
        {
            throw new InvalidDataException($"{path}, line {number}: {invalid.Message}", invalid);
        }
    }
}
