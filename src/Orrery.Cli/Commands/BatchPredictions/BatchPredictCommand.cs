using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops batch-predict</c>.</summary>
internal static class BatchPredictCommand
{
    public static Command Create() => new("batch-predict", "Have a model predict the rows of files, of a table or of a query, and keep what it says in files.")
    {
        BatchSubmit.Create(),
        BatchVerbs.List(),
        BatchVerbs.Get(),
        BatchVerbs.Watch(),
        BatchVerbs.Files(),
        BatchVerbs.Download(),
        BatchVerbs.Cancel(),
        BatchVerbs.Retry(),
        BatchVerbs.Delete(),
    };
}
