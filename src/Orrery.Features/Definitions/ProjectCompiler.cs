using System.Security.Cryptography;
using System.Text;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Makes a <see cref="FeatureProject"/> of definitions, or tells all that is wrong with them.</summary>
internal static class ProjectCompiler
{
    /// <summary>Compiles a document by itself, as the first revision of a project would be. Ids are made from names: the same document gives the same ids.</summary>
    /// <param name="workspace">The workspace's number.</param>
    /// <param name="workspaceName">Its name.</param>
    /// <param name="document">The definitions.</param>
    /// <param name="revision">What the project's revision and its versions' shall be.</param>
    /// <returns><c>features.definition_invalid</c> with a fault for each thing that is wrong.</returns>
    public static Result<FeatureProject> Compile(WorkspaceId workspace, string workspaceName, FeatureProjectDocument document, long revision = 1)
    {
        var faults = new CompileFaults();
        DocumentRules.Check(document, faults);
        var versions = DefinitionKinds.All.SelectMany(kind => DocumentRules.Items(document, kind).Select((item, at) => (Kind: kind, item, at)))
            .DistinctBy(static one => (one.Kind, one.item.Name))
            .Select(one => new DefinitionVersion(one.Kind, one.item.Name, 1, IdOf(workspace, document.Project, one.Kind, one.item.Name), 1, revision, one.item.Document)
            {
                Path = $"{one.Kind.List()}[{one.at}]",
            });
        return Compile(workspace, workspaceName, document.Project, revision, new DefinitionSet(versions), faults);
    }

    /// <summary>Compiles a project with its history. What was valid when it was applied and is so no more is left out of the old versions.</summary>
    /// <param name="workspace">The workspace's number.</param>
    /// <param name="workspaceName">Its name.</param>
    /// <param name="name">The project's.</param>
    /// <param name="revision">The project's.</param>
    /// <param name="definitions">All versions of its objects.</param>
    /// <param name="faults">What is known to be wrong already; takes the rest.</param>
    public static Result<FeatureProject> Compile(
        WorkspaceId workspace, string workspaceName, string name, long revision, DefinitionSet definitions, CompileFaults faults)
    {
        var compilation = new ProjectCompilation(definitions, faults);
        var project = compilation.Run(workspace, workspaceName, name, revision);
        return faults.ToFailure() is { } failure ? failure : project;
    }

    private static string IdOf(WorkspaceId workspace, string project, DefinitionKind kind, string name) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{workspace}/{project}/{kind.Text()}/{name}")).AsSpan(0, 16)).ToString("D");
}
