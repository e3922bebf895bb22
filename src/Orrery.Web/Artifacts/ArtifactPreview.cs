using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>
/// What a page shows of an artifact. Artifacts are whatever somebody logged: nothing in one is run, its name says nothing about what is in it, and
/// only its begin is read.
/// </summary>
public sealed record ArtifactPreview
{
    /// <summary>Most bytes that are read of a text.</summary>
    public const int TextBytes = 256 << 10;

    /// <summary>Most bytes of a page that is shown in a frame.</summary>
    public const int HtmlBytes = 4 << 20;

    private const int ImageBytes = 16 << 20;
    private const int OnnxBytes = 8 << 20;

    /// <summary>Below the run's root.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes of the file.</summary>
    public long Size { get; init; }

    /// <summary><c>image</c>, <c>html</c>, <c>table</c>, <c>markdown</c>, <c>text</c>, <c>onnx</c>, <c>binary</c>, <c>large</c>, <c>empty</c> or <c>missing</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What is shown of a text.</summary>
    public string? Text { get; init; }

    /// <summary>What is shown of a table.</summary>
    public TableBegin? Table { get; init; }

    /// <summary>The graph of an ONNX model.</summary>
    public OnnxGraph? Graph { get; init; }

    /// <summary>Whether only the begin is shown.</summary>
    public bool IsCut { get; init; }

    /// <summary>The folder that a path is, or lies in, and what is to be shown of it where it is a file.</summary>
    public static async Task<(ArtifactListing Listing, ArtifactPreview? Preview)> AskAsync(PageContext page, string run, string path)
    {
        path = path.Trim('/');
        if (path.Length == 0)
            return (await ArtifactListing.AskAsync(page, run, ""), null);
        var parent = await ArtifactListing.AskAsync(page, run, ArtifactListing.ParentOf(path));
        if (parent.Files.FirstOrDefault(one => one.Path == path) is not { } found)
            return (parent, new() { Path = path, Kind = "missing" });
        return found.IsDir ? (await ArtifactListing.AskAsync(page, run, path), null) : (parent, await ReadAsync(page, run, found));
    }

    private static async Task<ArtifactPreview> ReadAsync(PageContext page, string run, ArtifactFile file)
    {
        var size = file.FileSize ?? 0;
        var shown = new ArtifactPreview { Path = file.Path, Size = size, Kind = "binary" };
        if (size == 0)
            return shown with { Kind = "empty" };
        var ending = System.IO.Path.GetExtension(file.Path).ToLowerInvariant();
        switch (ending)
        {
            // As an image nothing in it runs, scripts of an SVG neither.
            case ".png" or ".jpg" or ".jpeg" or ".gif" or ".webp" or ".bmp" or ".svg":
                return shown with { Kind = size <= ImageBytes ? "image" : "large" };
            case ".html" or ".htm":
                return shown with { Kind = size <= HtmlBytes ? "html" : "large" };
            case ".onnx":
                return await GraphAsync(page, run, shown);
            default:
                var begin = await page.Client.Artifacts.ReadAsync(run, file.Path, TextBytes, page.Cancel);
                return Of(shown with { Size = begin.Size, IsCut = begin.Size > begin.Bytes.Length }, begin.Bytes.Span, ending);
        }
    }

    private static async Task<ArtifactPreview> GraphAsync(PageContext page, string run, ArtifactPreview shown)
    {
        var begin = await page.Client.Artifacts.ReadAsync(run, shown.Path, OnnxBytes, page.Cancel);
        return OnnxGraph.Read(begin.Bytes.Span) is { } graph ? shown with { Kind = "onnx", Graph = graph, IsCut = graph.IsCut } : shown;
    }

    /// <summary>What is to be shown of bytes that might be a text.</summary>
    internal static ArtifactPreview Of(ArtifactPreview shown, ReadOnlySpan<byte> bytes, string ending)
    {
        if (TextBegin.Read(bytes, shown.IsCut) is not { } text)
            return shown;
        var table = ending switch
        {
            ".csv" => TableBegin.OfCsv(text, ',', shown.IsCut),
            ".tsv" => TableBegin.OfCsv(text, '\t', shown.IsCut),
            ".json" when !shown.IsCut => TableBegin.OfJson(text),
            _ => null,
        };
        if (table is not null)
            return shown with { Kind = "table", Table = table, IsCut = shown.IsCut || table.IsCut };
        return ending switch
        {
            ".md" or ".markdown" => shown with { Kind = "markdown", Text = text },
            ".json" when !shown.IsCut => shown with { Kind = "text", Text = TextBegin.Indented(text) },
            _ => shown with { Kind = "text", Text = text },
        };
    }
}
