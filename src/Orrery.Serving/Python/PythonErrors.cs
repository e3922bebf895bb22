using System.Text;

namespace Orrery.Serving;

/// <summary>The end of what a worker writes to standard error.</summary>
internal sealed class PythonErrors(Stream stream)
{
    private const int Kept = 8192;
    private const int Lines = 8;

    private readonly byte[] _ring = new byte[Kept];
    private long _written;
    private Task _reading = Task.CompletedTask;

    public void Begin() => _reading = ReadAsync();

    /// <summary>Its last lines, once it has ended or a moment has passed; empty for none.</summary>
    public async ValueTask<string> LastLinesAsync()
    {
        await Task.WhenAny(_reading, Task.Delay(TimeSpan.FromSeconds(1)));
        var text = new StringBuilder();
        lock (_ring)
        {
            var count = (int)Math.Min(_written, Kept);
            var bytes = new byte[count];
            for (var index = 0; index < count; index++)
                bytes[index] = _ring[(_written - count + index) % Kept];
            text.Append(Encoding.UTF8.GetString(bytes));
        }

        var lines = text.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return string.Join("\n", lines.TakeLast(Lines));
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[1024];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer)) > 0)
                Keep(buffer.AsSpan(0, count));
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The worker was killed.
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        lock (_ring)
        {
            foreach (var one in bytes)
                _ring[_written++ % Kept] = one;
        }
    }
}
