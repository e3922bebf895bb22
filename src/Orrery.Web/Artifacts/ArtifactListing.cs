using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>A folder of a run's artifacts.</summary>
/// <param name="Folder">Its path; empty for the root.</param>
/// <param name="Files">Files and folders in it, by path.</param>
/// <param name="IsCut">Whether there are more than are listed.</param>
public sealed record ArtifactListing(string Folder, IReadOnlyList<ArtifactFile> Files, bool IsCut)
{
    private const int Most = 1000;

    /// <summary>Asks for a folder of a run; empty where its files lie in a store that the server does not reach.</summary>
    public static async Task<ArtifactListing> AskAsync(PageContext page, string run, string folder)
    {
        var files = new List<ArtifactFile>();
        try
        {
            await foreach (var file in page.Client.Artifacts.ListAsync(run, folder, page.Cancel))
            {
                if (files.Count == Most)
                    return new(folder, files, IsCut: true);
                files.Add(file);
            }
        }
        catch (Client.OrreryApiException refused) when (refused.Status is System.Net.HttpStatusCode.BadRequest or System.Net.HttpStatusCode.NotFound)
        {
            return new(folder, [], IsCut: false);
        }

        return new(folder, files, IsCut: false);
    }

    /// <summary>The folder that a path lies in; empty for the root.</summary>
    public static string ParentOf(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";
}
