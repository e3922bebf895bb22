using System.Text.RegularExpressions;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>
/// Every operation of the API has a verb, or a reason why none. Which verb asks which operation is what the goldens of <see cref="VerbOutputTests"/> saw it ask.
/// </summary>
public sealed class ApiVerbTests
{
    private const string Option = "A verb does it with an option that its golden does not use";
    private const string Copied = "'import mlflow' and 'import archive' use it (CopyTests)";
    private const string Loaded = "A library logs it while it trains (Orrery.Client, MLflow)";
    private const string OfMlflow = "MLflow's own clients and pages use it; 'mlops' uses the call beside it";
    private const string Wire = "A protocol of programs: the server's own speaks it for 'predict'";
    private const string OfBrowser = "A browser's alone: it has a cookie";

    // By pattern, in order; the first that fits says why.
    private static readonly (Regex Operation, string Reason)[] WithoutVerb =
    [
        Why(@"(mlflow-artifacts/|upload-artifact|get-artifact|artifacts/files)", "'artifacts upload' and 'download' move files (ClientTests)"),
        Why("experiments/(get|search)$", Option),
        Why("experiments/search-datasets", OfMlflow),
        Why("logged-models", Loaded),
        Why("metrics/get-history-bulk", OfMlflow),
        Why("model-versions/(delete|get-download-uri)$", Option),
        Why("model-versions/(set-tag|delete-tag|update)$", OfMlflow),
        Why("registered-models/(alias|get-latest-versions)$", Option),
        Why("runs/(log-inputs|log-metric|log-model|log-parameter|outputs|set-tag|delete-tag)$", Loaded),
        Why("mlflow/(scorers|webhooks|datasets)", "They are set up from MLflow's clients, in code"),
        Why("/api/v1/import/", Copied),
        Why("/api/v1/admission/review", "A cluster asks it"),
        Why("device-authorizations", "'login' asks it (LoginTests); a browser decides"),
        Why("/api/v1/session", OfBrowser),
        Why("/sso/", OfBrowser),
        Why(@"schema(s/\{schema\}|\.json)$", "An editor fetches the schema by its address"),
        Why("(approval-reviews/|approvals/standing|approval-workflows/.*/versions)", Option),
        Why("DELETE /api/v1/approval-workflows", "A workspace's own workflow is replaced with 'workflow set'"),
        Why("audit/(checkpoints|entries|hold)", Option),
        Why("batch-predictions/.*/partitions", "'batch-predict watch' tells how far all of them are"),
        Why("compliance-reports/", Option),
        Why("costs/statements/", Option),
        Why("costs/days$", "days are for charts; 'cost statement' prints a month's lines"),
        Why("deliveries/.*/promote|delivery-status|/status$", "'promote' begins a delivery anew, 'deliveries list' shows the newest"),
        Why("delivery-targets/.*/drift", Option),
        Why("PUT /api/v1/deployments|/api/v1/models/deploy", "'deploy' and 'promote' do it (DeployVerbTests)"),
        Why("GET /api/v1/deployments|deployments/.*/(rollback/check|verdict|live)|/api/v1/views", "The pages ask it before a change"),
        Why("/api/v1/features/", Option),
        Why("(people|groups|service-accounts)/\\{id", Option),
        Why("/lineage", "'lineage show', 'impact' and 'features lineage' show it"),
        Why("DELETE /api/v1/migrations", "The pages forget one"),
        Why("risk/(answers|versions)", "'risk show' tells what was answered, and what stands in the way"),
        Why("card/snapshots/", "'card export' and 'card diff' read cards"),
        Why("versions/.*/package", "'models show' tells it"),
        Why("platform/grants", "With --everywhere"),
        Why("policies/.*/revisions", Option),
        Why("privacy/", Option),
        Why("runs/.*/(environment|live)", Option),
        Why("scans/", Option),
        Why("GET (/api/v1)?/version$", "'version' asks it, and has an answer without"),
        Why("workspaces?/(import|export)", "'workspace import' and 'export' ask it (ImportJobTests)"),
        Why("^(GET|POST|DELETE) /(feast|get-|materialize|push|write-to|health|metrics|v1/models|v2)", Wire),
    ];

    [Fact]
    public void Every_operation_of_the_api_has_a_verb_or_a_reason_why_none()
    {
        var asked = Asked();
        Rule.Holds(
            from operation in ContractServer.Operations.Select(static one => one.Name)
            where !asked.Contains(operation) && !WithoutVerb.Any(one => one.Operation.IsMatch(operation))
            select operation,
            "Give it a verb, or a line in WithoutVerb that says why it needs none.");
    }

    [Fact]
    public void Most_operations_are_asked_by_a_verb() => Assert.True(Asked().Count > 250, $"Only {Asked().Count} operations stand in the goldens.");

    private static HashSet<string> Asked() =>
    [
        .. Directory.GetFiles(Repository.PathOf("tests", "Orrery.Tests.Unit", "Cli", "golden"), "*.txt")
            .SelectMany(File.ReadLines).Where(static line => line.StartsWith("# ", StringComparison.Ordinal)).Select(static line => line[2..]),
    ];

    private static (Regex Operation, string Reason) Why(string pattern, string reason) => (new Regex(pattern, RegexOptions.CultureInvariant), reason);
}
