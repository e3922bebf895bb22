namespace Orrery.Cli;

/// <summary>Writes a file beside the one that is meant and puts it there when it is whole, so that what was there before stays until then.</summary>
internal static class PartFile
{
    public static async Task WriteAsync(string file, Func<Stream, Task> write)
    {
        var part = file + ".part";
        try
        {
            await using (var stream = File.Create(part))
                await write(stream);
            File.Move(part, file, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }
}
