using System.Runtime.CompilerServices;

namespace Orrery.Tenancy;

/// <summary>The lines of an entry, one at a time, of bounded length.</summary>
internal static class ArchiveLines
{
    private const int MaxLine = 24 << 20;

    /// <summary>Each line without its end; good until the next one.</summary>
    /// <exception cref="ArchiveException">A line is too long, or the last one has no end.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(ArchiveReader archive, [EnumeratorCancellation] CancellationToken cancel)
    {
        var name = archive.Name;
        var buffer = new byte[64 * 1024];
        int start = 0, end = 0;
        while (true)
        {
            var found = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (found >= 0)
            {
                yield return buffer.AsMemory(start, found);
                start += found + 1;
                continue;
            }

            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }

            if (end == buffer.Length)
            {
                if (buffer.Length >= MaxLine)
                    throw new ArchiveException($"{name} has a line of more than {MaxLine} bytes.");
                Array.Resize(ref buffer, Math.Min(MaxLine, buffer.Length * 2));
            }

            var read = await archive.Content.ReadAsync(buffer.AsMemory(end), cancel);
            if (read > 0)
            {
                end += read;
                continue;
            }

            if (end > 0)
                throw new ArchiveException($"{name} ends within a line.");
            yield break;
        }
    }
}
