using System.CommandLine;
using System.Globalization;

namespace Orrery.Tests.Unit;

/// <summary>Command lines of every verb, made of what the verb says it needs.</summary>
internal static class VerbCases
{
    private const string Rows = """{"instances":[{"tenure":5}]}""";
    private const string Yaml = "name: board\nstages: []\n";

    private const string Profiles = """
        {
          "current": "production",
          "profiles": {
            "production": { "server": "https://orrery.example.com", "workspace": "fraud", "token": "mlops_pat_secret", "token_id": "t1", "user": "ada", "expires_at": "2026-12-22T12:00:00+00:00" },
            "test": { "server": "http://127.0.0.1:5000" }
          }
        }
        """;

    /// <summary>The command line of a verb.</summary>
    public static VerbCase Of(string words, Command verb, VerbFiles files)
    {
        string[] told = [.. words.Split(' '), .. Needed(verb), .. Option(verb, "--yes"), .. Option(verb, "--no-wait")];
        return Documents(words, files) ?? Work(words, files) ?? Governance(words, files) ?? FeatureVerbs(words, files) ?? Administration(words, files) ?? ProfileVerbs(words, files) ?? new VerbCase(told);
    }

    /// <summary>Further command lines of a verb that does more than one thing.</summary>
    public static IEnumerable<Func<VerbFiles, VerbCase>> Further(string words) => words switch
    {
        "deployments traffic" =>
        [
            static _ => Traffic("--dry-run") with { Without = ["code", "message"] },
            static _ => Traffic("--dry-run") with { Values = new() { ["shadow"] = "false", ["allowed"] = "false" }, ExitCode = 4 },
            static _ => Traffic("--dry-run") with { Values = new() { ["shadow"] = "false", ["changes"] = "false" }, Without = ["code", "message"] },
            static _ => Traffic("--no-wait") with { Values = [], ExitCode = 2 },
        ],
        "features push" => [static files => FeatureVerbs("features push", files)! with { Without = ["errors"], ExitCode = 0 }],
        _ => [],
    };

    private static VerbCase Traffic(string option) => new(["deployments", "traffic", "churn", "churn=100", "-e", "staging", option]) { Values = { ["shadow"] = "false" } };

    // Verbs whose result is a text by itself.
    private static VerbCase? Documents(string words, VerbFiles files) => words switch
    {
        "help" => new(["help", "exit-codes"]) { IsText = true, IsLocal = true },
        "version" => new(["version"]) { IsLocal = true },
        "completion" => new(["completion", "bash"]) { IsText = true, IsLocal = true },
        "evaluations report" => new([.. words.Split(' '), "e1"]) { IsText = true },
        "card export" => new(["card", "export", "churn", "3", "--format", "md"]) { IsText = true },
        "audit prove" => new(["audit", "prove", "e1"]) { IsText = true },
        "features export" => new(["features", "export", "-p", "rides", "-o", files.New("features.yaml")]),
        _ => null,
    };

    private static VerbCase? Work(string words, VerbFiles files) => words switch
    {
        "runs log" => new(["runs", "log", "r1", "--metric", "auc=0.9@3", "--param", "depth=6", "--status", "FINISHED"]),
        "artifacts upload" => new(["artifacts", "upload", "r1", files.With("plot.txt", "x"), "--path", "plots"]),
        "artifacts download" => new(["artifacts", "download", "r1", "model/model.onnx", "--to", files.New("to")]) { ExitCode = 3 },
        "models register" => new(["models", "register", "churn", "runs:/0f3b6c2a9d1e4b7f8a5c6d7e8f901234/model"]) { Values = { ["status"] = "READY" } },
        "runs update" => new(["runs", "update", "r1", "--name", "best", "--tag", "a=b", "--untag", "c"]),
        "experiments update" => new(["experiments", "update", "churn", "--name", "churn2", "--tag", "a=b", "--untag", "c"]),
        "models update" => new(["models", "update", "churn", "--name", "churn2", "--description", "d", "--tag", "a=b", "--untag", "c"]),
        "predictions label" => new(["predictions", "label", "-"]) { Input = """[{"prediction_id":"p1","label":1}]""", ExitCode = 1 },
        "models alias" => new(["models", "alias", "churn", "champion", "3"]),
        "models test" => new(["models", "test", "churn", "3", "--input", files.With("rows.json", Rows)]),
        "deploy" => new(["deploy", "--model", "churn", "--version", "3", "--environment", "staging", "--no-wait"]),
        "promote" => new(["promote", "churn", "3", "--from", "staging", "--to", "production", "--no-wait"]),
        "deployments live" => new(["deployments", "live", "--model", "churn", "--version", "3"]),
        "deployments traffic" => Traffic("--no-wait"),
        "delivery set-settings" => new(["delivery", "set-settings", files.With("settings.json", "{}")]),
        "targets set" => new(["targets", "set", "staging", "--file", files.With("target.json", """{"kind":"native"}""")]),
        "targets files" => new(["targets", "files", "staging", "--output", files.New("out")]),
        "targets drift" => new(["targets", "drift", "staging"]) { ExitCode = 1 },
        "migration start" => new(["migration", "start", "churn", "--url", "http://old:8080", "--owner", "ada"]),
        "migration step" => new(["migration", "step", "m1", "2", "done", "--version", "3"]),
        "migration compare" => new(["migration", "compare", "m1", "--instances", files.With("rows.json", Rows), "--no-wait"]),
        "predict" => new(["predict", "churn", "-e", "staging", "--input", "-"]) { Input = Rows },
        "batch-predict submit" => new(["batch-predict", "submit", "--model", "churn", "--version", "3", "--input", "uploads/*.csv"]),
        "batch-predict download" => new(["batch-predict", "download", "b1", "--output", files.New("out")]),
        "explain" => new(["explain", "churn", "3", "--data", "uploads/rows.csv", "--no-wait"]),
        "explain-one" => new(["explain-one", "churn", "3", "--input", files.With("row.json", """{"tenure":5}""")]),
        "counterfactuals" => new(["counterfactuals", "churn", "3", "--input", files.With("row.json", """{"tenure":5}""")]),
        _ => null,
    };

    private static VerbCase? Governance(string words, VerbFiles files) => words switch
    {
        "card write" => new(["card", "write", "churn", "--field", "intended_use.primary_uses=Whom to call"]),
        "risk answer" => new(["risk", "answer", "churn", "--set", "criticality=supporting"]),
        "policy set" or "policy dry-run" => new([.. words.Split(' '), files.With("bank.policy.yaml", "policy: bank\nrules: []\n")]),
        "policy test" => new(["policy", "test", Policy(files)]) { IsLocal = true, ExitCode = 1 },
        "workflow set" or "workflow validate" => new([.. words.Split(' '), files.With("board.yaml", Yaml)]),
        "approvals request" => new(["approvals", "request", "churn", "3", "-j", "better"]) { Values = { ["state"] = "pending" } },
        "approvals waive" => new(["approvals", "waive", "churn", "3", "-j", "broken"]) { Values = { ["state"] = "approved" } },
        "approvals approve" => new(["approvals", "approve", "a1", "--role", "manager"]) { Values = { ["state"] = "approved" } },
        "approvals reviews" => new(["approvals", "reviews"]) { Values = { ["state"] = "completed" } },
        "data scan" or "data mask" or "data synthesize" => new([.. words.Split(' '), "uploads/rows.csv", .. words is "data scan" ? Array.Empty<string>() : ["--out", files.New("out.parquet")]]),
        "subjects opt-out" => new(["subjects", "opt-out", "customer_id=42", "--reason", "ticket 1"]) { Values = Subject },
        "subjects opt-outs" or "subjects receipts list" or "dsr list" => new(words.Split(' ')) { Values = Subject },
        "dsr show" => new(["dsr", "show", "d1"]) { Values = Subject },
        "dsr register" => new(["dsr", "register", "erasure", "customer_id=42", "--received", "2026-11-20"]) { Values = Subject },
        "dsr update" => new(["dsr", "update", "d1", "--state", "fulfilled", "--answer", "done"]) { Values = Subject },
        "exceptions request" => new(["exceptions", "request", "soc2-cc8.1", "--reason", "r", "--measure", "m", "--owner", "ada", "--expires", "2027-01-31"]),
        "compliance report" => new(["compliance", "report", "--from", "2026-07-01"]) { Values = { ["state"] = "succeeded" } },
        _ => null,
    };

    private static Dictionary<string, string> Subject => new() { ["subject"] = "5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b5aa765d61d8327deb882cf99" };

    private static VerbCase? FeatureVerbs(string words, VerbFiles files) => words switch
    {
        "features validate" or "features plan" or "features apply" => new([.. words.Split(' '), files.With("features.yaml", "project: rides\n")]) { ExitCode = words is "features plan" ? 1 : 0 },
        // Something of the registry was left out, which the exit code tells.
        "features import-feast" => new(["features", "import-feast", files.With("registry.db", "a registry")]) { ExitCode = 1 },
        "features upload" => new(["features", "upload", files.With("stats.csv", "a,b\n1,2\n")]),
        "features historical" => new(["features", "historical", "-p", "rides", "--entities", files.With("e.csv", "a\n1\n"), "--service", "s", "-o", files.New("joined.csv")]),
        "features training-set create" => new(["features", "training-set", "create", "tips", "-p", "rides", "--entities", files.With("e.csv", "a\n1\n"), "--service", "s", "--no-wait"]),
        "features training-set download" => new(["features", "training-set", "download", "t1", "-p", "rides", "-o", files.New("set.parquet")]),
        // It was made at once, without a job that goes on.
        "features reproduce" => new(["features", "reproduce", "t1", "-p", "rides"]) { Without = ["job_id"] },
        "features online" => new(["features", "online", "-p", "rides"]) { ExitCode = 1 },
        "features get-online" => new(["features", "get-online", "-p", "rides", "--service", "s", "--entity", "driver_id=1"]),
        "features push" => new(["features", "push", "position", files.With("rows.json", """[{"driver_id":1}]"""), "-p", "rides"]) { ExitCode = 4 },
        "features check" => new(["features", "check", "driver_hourly", "-p", "rides"]),
        _ => null,
    };

    private static VerbCase? Administration(string words, VerbFiles files) => words switch
    {
        "audit export" => new(["audit", "export", "--output", files.New("trail.ndjson")]),
        "admin init" => new(["admin", "init", "--name", "root", "--password-file", Password(files)]),
        "people create" => new(["people", "create", "ada", "--no-password"]),
        "people password" => new(["people", "password", "ada", "--password-file", Password(files)]),
        "me password" => new(["me", "password", "--password-file", Password(files), "--new-password-file", Password(files)]),
        "me second-factor enable" => new(["me", "second-factor", "enable", "--password-file", Password(files)]),
        "me second-factor recovery-codes" or "me second-factor disable" => new([.. words.Split(' '), "--code", "123456", "--password-file", Password(files)]),
        "workspace update" => new(["workspace", "update", "--title", "Fraud"]),
        "access share" => new(["access", "share", "model/churn", "marketing"]),
        "cost prices set" => new(["cost", "prices", "set", "compute.cpu_seconds", "0.00001"]),
        "cost budget set" => new(["cost", "budget", "set", "500"]),
        _ => null,
    };

    // Of people who are signed in at one server and know another.
    private static VerbCase? ProfileVerbs(string words, VerbFiles files)
    {
        var known = words.StartsWith("profile ", StringComparison.Ordinal);
        VerbCase? one = words switch
        {
            "login" => new(["login", "--server", "https://orrery.example.com", "--profile", "new", "--token-file", files.Secret("token", "mlops_pat_secret\n")]) { Values = { ["method"] = "token" } },
            "logout" => new(["logout"]),
            "profile list" => new(["profile", "list"]),
            "profile show" => new(["profile", "show", "production"]),
            "profile use" => new(["profile", "use", "test"]),
            "profile set" => new(["profile", "set", "test", "--server", "https://new.example.com", "--workspace", "fraud"]),
            "profile delete" => new(["profile", "delete", "test", "--yes"]),
            _ => null,
        };
        return one is null ? null : one with { Profiles = files.Secret("profiles.json", Profiles), IsLocal = known };
    }

    // One fixture as expected, one not.
    private static string Policy(VerbFiles files)
    {
        files.With("bank.tests.yaml", """
            fixtures:
              - { name: owned, facts: { model: { owner: ann } }, expect: { owner: pass } }
              - { name: nobody, facts: {}, expect: { owner: pass } }
            """);
        return files.With("bank.policy.yaml", "name: bank\nversion: '1'\nrules:\n  - { id: owner, require: exists(model.owner), message: Say who owns it. }\n");
    }

    private static string Password(VerbFiles files) => files.With("password", "plum-tractor-97\n");

    private static string[] Option(Command verb, string name) => verb.Options.Any(one => one.Name == name) ? [name] : [];

    /// <summary>The arguments and options that a verb cannot do without, with values that fit their names.</summary>
    public static IEnumerable<string> Needed(Command verb)
    {
        foreach (var option in verb.Options.Where(static one => one.Required))
        {
            yield return option.Name;
            yield return Value(option.Name.TrimStart('-'));
        }

        foreach (var argument in verb.Arguments)
        {
            for (var i = 0; i < Math.Max(argument.Arity.MinimumNumberOfValues, argument.Name is "subject" ? 1 : 0); i++)
                yield return Value(argument.Name, i);
        }
    }

    private static string Value(string name, int at = 0) => name switch
    {
        "subject" => "customer_id=42",
        "entity" => "customer_id=42",
        "environment" or "e" => "staging",
        "version" or "revision" or "step" => (at + 3).ToString(CultureInfo.InvariantCulture),
        "model" or "name" => "churn",
        "code" => "123456",
        _ => string.Create(CultureInfo.InvariantCulture, $"{name}{at}"),
    };
}
