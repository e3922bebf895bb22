using System.CommandLine;

namespace Orrery.Cli;

/// <summary>Examples of verbs that bring none of their own: of the plain ones.</summary>
internal static class Examples
{
    private const string Run = "0f3b6c2a9d1e4b7f8a5c6d7e8f901234";
    private const string Id = "0198f3a2c4d57e6f8a9b0c1d2e3f4051";

    private static readonly string[] Lines =
    [
        "demo --port 5001 --exit",
        "experiments list --filter \"name LIKE 'churn%'\"",
        "experiments create churn --tag team=growth",
        "experiments show churn",
        "experiments delete churn",
        "experiments restore churn",
        "runs list --experiment churn --filter \"metrics.auc > 0.8\" --order-by \"metrics.auc DESC\"",
        $"runs show {Run}",
        $"runs compare {Run} 1a2b3c4d5e6f708192a3b4c5d6e7f809",
        $"runs equal {Run}",
        "runs create --experiment churn --name baseline",
        $"runs log {Run} --metric auc=0.87@3 --param depth=6 --status FINISHED",
        $"runs delete {Run}",
        $"runs restore {Run}",
        $"metrics history {Run} auc",
        $"artifacts list {Run} model --recursive",
        $"artifacts upload {Run} ./plots --path plots",
        $"artifacts download {Run} model --to ./model",
        "models list --filter \"name LIKE 'churn%'\"",
        "models show churn --alias champion",
        "models create churn --description \"Who leaves\"",
        $"models register churn runs:/{Run}/model --alias champion",
        "models versions churn --order-by \"version_number DESC\"",
        "models alias churn champion 3",
        "models stage churn 3 Production --archive-existing",
        "models served --environment production",
        "models test churn latest --input rows.csv",
        "deploy --model churn --version 3 --environment staging --canary 10",
        "promote churn 3 --from staging --to production",
        "rollback churn -e production",
        "deployments list -e production",
        "deployments show churn -e production --file",
        "deployments history churn -e production",
        "deployments live --model churn --version 3",
        "deployments traffic churn stable=90 canary=10 -e production",
        "deployments delete churn -e staging --yes",
        "predict churn -e staging --input rows.csv",
        "batch-predict submit --model churn --version 3 --input 'uploads/customers/*.parquet' --wait",
        "batch-predict list --state running",
        $"batch-predict get {Id}",
        $"batch-predict watch {Id}",
        $"batch-predict files {Id}",
        $"batch-predict cancel {Id}",
        $"batch-predict retry {Id}",
        $"batch-predict delete {Id} --yes",
        "explanations list --model churn",
        $"explanations show {Id}",
        $"explanations cancel {Id}",
        "jobs list --state failed",
        $"jobs show {Id} --watch",
        $"jobs cancel {Id}",
        "audit list --actor ada --since 2026-11-01",
        "audit verify",
        $"audit prove {Id}",
        "audit export --output trail.ndjson --checkpoints checkpoints.ndjson",
        "audit keys",
        "audit keys rotate",
        "audit hold --set --reason \"case 17\"",
        "admin init --name root --password-file password.txt",
        "people create ada --display-name \"Ada L.\" --password-file password.txt",
        "people list",
        "people password ada --password-file password.txt",
        "people link ada --subject 00u7x2",
        "groups create scientists --display-name \"Data science\"",
        "groups list",
        "groups members scientists",
        "groups map scientists --external-name ds-team",
        "groups add scientists ada bob",
        "groups remove scientists bob",
        "service-accounts create ci --workspace fraud",
        "service-accounts list",
        "tokens create nightly --days 30 --permission tracking.write",
        "tokens list",
        "me password --new-password-file new.txt",
        "me second-factor enable",
        "me second-factor confirm 123456",
        "me second-factor recovery-codes --code 123456",
        "me second-factor disable --code 123456",
        "me second-factor status",
        "whoami",
        "workspace list",
        "workspace create fraud --title \"Fraud\" --cost-centre 4711",
        "workspace show --workspace fraud",
        "workspace update --title \"Fraud and abuse\" --workspace fraud",
        "workspace export fraud --out fraud.tar",
        "workspace import fraud.tar --as fraud-copy",
        "access list",
        "access grant ada data-scientist",
        "access share model:churn marketing",
        "access roles",
        "access roles put reader --permission registry.read",
        "access shared",
        "quota",
        "quota set storage_bytes --soft 80000000000 --hard 100000000000",
        "cost prices",
        "cost prices set compute.cpu_seconds 0.00001",
        "cost budget",
        "cost budget set 500 --cost-center 4711",
        "cost leaderboard --month 2026-10",
        "cost idle --month 2026-10",
        "import mlflow --from http://old-mlflow:5000",
        "import archive --from ./archive",
        "export mlflow --to ./archive --experiment churn",
        "version",
    ];

    /// <summary>Gives its example to every verb below that has none.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (var line in Lines)
        {
            Command verb = root;
            foreach (var word in CommandWords.Split(line).TakeWhile(word => verb.Subcommands.Any(one => one.Name == word)))
                verb = verb.Subcommands.First(one => one.Name == word);
            if (ExampleHelp.Of(verb) is null)
                verb.Example("mlops " + line);
        }
    }
}
