using System.CommandLine;
using System.Text;

namespace Orrery.Cli;

/// <summary>What <c>mlops --help</c> says: ten lines to begin with, every noun in its place, and what the program ends with.</summary>
internal static class RootHelp
{
    /// <summary>Every noun and verb of the first level, by what one wants to do. A test holds it against the commands that there are.</summary>
    public static readonly (string Title, string[] Names)[] Groups =
    [
        ("Begin", ["login", "logout", "profile", "whoami", "serve", "demo", "version", "completion", "help"]),
        ("Experiments", ["experiments", "runs", "metrics", "artifacts", "logged-models", "datasets", "scorers"]),
        ("Features", ["features"]),
        ("Models", ["models", "evaluate", "evaluations", "explain", "explain-one", "counterfactuals", "explanations", "card", "webhooks"]),
        ("Deployments", ["deploy", "promote", "rollback", "deployments", "deliveries", "delivery", "targets", "predict", "predictions", "batch-predict", "migration"]),
        ("Governance", ["approvals", "workflow", "policy", "risk", "scan", "scans", "compliance", "incidents", "exceptions", "dsr", "data", "subjects", "inventory"]),
        ("What came of what", ["lineage", "audit"]),
        ("Administration", ["workspace", "access", "people", "groups", "service-accounts", "tokens", "me", "admin", "quota", "cost", "jobs", "gc", "import", "export"]),
    ];

    /// <summary>What people type most.</summary>
    public static readonly (string Line, string What)[] Lines =
    [
        ("mlops login --server https://orrery.example.com", "sign in, once"),
        ("mlops runs list --experiment churn --order-by \"metrics.auc DESC\"", "the best runs first"),
        ("mlops runs compare RUN RUN", "what differs between them"),
        ("mlops models register churn runs:/RUN/model", "make a version of a run's model"),
        ("mlops approvals request churn 3 -j \"beats version 2\"", "ask those who decide"),
        ("mlops deploy --model churn --version 3 --environment staging", "have it answer"),
        ("mlops predict churn -e staging --input rows.csv", "ask it"),
        ("mlops deployments list --watch", "see how deployments stand, live"),
        ("mlops rollback churn -e production", "the version before answers again"),
        ("mlops jobs list --state failed --json", "for a script: one JSON value a line"),
    ];

    public static string Of(RootCommand root)
    {
        var text = new StringBuilder();
        text.Append("Orrery from the command line: features, runs, models, deployments, and who decided what.\n\nUsage:\n  mlops NOUN VERB [arguments] [options]\n\nThe ten lines most used:\n");
        var width = Lines.Max(static one => one.Line.Length) + 2;
        foreach (var (line, what) in Lines)
            text.Append("  ").Append(line.PadRight(width)).Append(what).Append('\n');
        var known = root.Subcommands.ToDictionary(static one => one.Name);
        foreach (var (title, names) in Groups)
        {
            text.Append('\n').Append(title).Append(":\n");
            foreach (var name in names.Where(known.ContainsKey))
                text.Append("  ").Append(name.PadRight(18)).Append(Short(known[name].Description)).Append('\n');
        }

        text.Append("\nOptions of all verbs:\n");
        foreach (var option in root.Options.Where(static one => one.Recursive))
            text.Append("  ").Append(string.Join(", ", option.Aliases.Prepend(option.Name).Take(2)).PadRight(18)).Append(option.Description).Append('\n');
        text.Append("  ").Append("--watch [seconds]".PadRight(18)).Append("Of verbs that show: again and again, until Ctrl-C\n\n").Append(HelpTopics.ExitCodeTexts);
        text.Append("\n'mlops NOUN --help' shows a noun's verbs, 'mlops NOUN VERB --help' an example; 'mlops help environment' the variables.\n");
        return text.ToString();
    }

    // Its first clause.
    private static string Short(string? description) => description?.Split(["\n", ". ", ": ", "; "], 2, StringSplitOptions.None)[0].TrimEnd('.') ?? "";
}
