using System.Globalization;
using System.Text;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Where reports are kept: blobs named after their hashes, so that what is made twice is written where it was.</summary>
internal sealed class ReportBlobs(IBlobs blobs)
{
    public static string DocumentKey(WorkspaceId workspace, ComplianceSeal seal) => Key(workspace, seal.Id, seal.DocumentSha256, "json");

    public static string PageKey(WorkspaceId workspace, ComplianceSeal seal) => Key(workspace, seal.Id, seal.HtmlSha256, "html");

    public async ValueTask PutAsync(string key, string text, CancellationToken cancel)
    {
        if (await blobs.HeadAsync(key, cancel) is not null)
            return;
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await blobs.PutAsync(key, content, cancel);
    }

    /// <summary>The text of a blob; null when it is gone.</summary>
    public async ValueTask<string?> GetAsync(string key, CancellationToken cancel)
    {
        await using var found = await blobs.OpenAsync(key, null, cancel);
        if (found is null)
            return null;
        using var reader = new StreamReader(found.Stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancel);
    }

    private static string Key(WorkspaceId workspace, string id, string sha256, string ending) =>
        string.Create(CultureInfo.InvariantCulture, $"{workspace.Value}/compliance-reports/{id}/{sha256}.{ending}");
}
