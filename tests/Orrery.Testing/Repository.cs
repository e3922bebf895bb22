namespace Orrery.Testing;

/// <summary>The checkout that the tests run in.</summary>
public static class Repository
{
    /// <summary>Absolute path of the folder that holds <c>Orrery.slnx</c>.</summary>
    public static string Root { get; } = Find();

    /// <summary>Absolute path of a file or folder in the checkout.</summary>
    /// <param name="parts">Relative to the root: <c>"samples", "churn"</c>.</param>
    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Orrery.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No Orrery.slnx above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }
}
