using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops deploy</c>.</summary>
internal sealed class DeployCommand
{
    private readonly VersionChoice _version = new();
    private readonly DeploymentWait _wait = new();
    private readonly Option<string?> _environment = new("--environment", "-e") { Description = "Where, such as staging", HelpName = "name" };
    private readonly Option<string?> _name = Verb.Text("--name", "Name of the deployment, by which it is called [default: the model's]", "name");
    private readonly Option<int?> _replicas = new("--replicas") { Description = "Instances of the model; 0 unloads it when it is idle [default: 1]", HelpName = "n" };
    private readonly Option<double?> _canary = Percent("--canary", "Beside what answers now, for so many percent of the requests");
    private readonly Option<bool> _shadow = Verb.Flag("--shadow", "Beside what answers now, compared and never returned");
    private readonly Option<double?> _shadowPercent = Percent("--shadow-percent", "Share of the requests that a shadow sees [default: all]");
    private readonly Option<string?> _output = Verb.Text("--output", "Output that V1 answers give, such as probabilities [default: all of the model's]", "name");
    private readonly Option<bool> _noLookup = Verb.Flag("--no-feature-lookup", "Have callers give all features, also when the version was trained on the feature store");
    private readonly Option<string?> _sticky = Verb.Text("--sticky-header", "Header that tells users apart; the same user gets the same variant", "name");
    private readonly Option<string?> _note = new("--note", "--justification") { Description = "Why: kept with the revision, and shown to those who approve it", HelpName = "text" };
    private readonly Option<bool> _direct = Verb.Flag("--direct", "Change the deployment itself, without the stages of a delivery; where approvals are asked for the version must have one");
    private readonly Option<string?> _file = new("--file", "-f") { Description = "A deployment as YAML or JSON, instead of the above; - for standard input", HelpName = "file" };

    private DeployCommand()
    {
    }

    public static Command Create()
    {
        var deploy = new DeployCommand();
        var command = new Command(
            "deploy",
            """
            Have a version of a model answer in an environment, through the nine stages of a delivery, and wait until it does. Ends with 1 when it failed, what answered
            before goes on then; and with 6 when people must approve first and --no-wait says not to wait for them. --direct, and options that change the traffic of a deployment
            itself (--canary, --shadow, --output, --no-feature-lookup, --sticky-header, --file), go to the deployment without a delivery.

            Examples:
              mlops deploy --model churn --version 3 --environment staging --replicas 2
              mlops deploy --model churn --alias champion --environment production --canary 10 --sticky-header X-User-Id
              mlops deploy -f deployment.yaml
            """);
        deploy._version.AddTo(command);
        foreach (var option in new Option[]
        {
            deploy._environment, deploy._name, deploy._replicas, deploy._canary, deploy._shadow, deploy._shadowPercent, deploy._output, deploy._noLookup, deploy._sticky, deploy._note, deploy._direct, deploy._file,
        })
        {
            command.Add(option);
        }

        return deploy._wait.AddTo(command).Does(deploy.RunAsync);
    }

    private async Task<int> RunAsync(Session session)
    {
        Check(session);
        var deadline = _wait.Deadline(session);
        Option[] direct = [_direct, _file, _canary, _shadow, _output, _noLookup, _sticky];
        if (!direct.Any(option => session.Args.GetResult(option) is { Implicit: false }))
            return await DeliverAsync(session, deadline);
        var deployed = session.Args.GetValue(_file) is { } file ? await PutFileAsync(session, file, deadline) : await PutVersionAsync(session, deadline);
        return await _wait.FinishAsync(session, deployed, deadline);
    }

    private async Task<int> DeliverAsync(Session session, DateTimeOffset deadline)
    {
        var version = await _version.ReadAsync(session);
        var begun = await session.Client.Deliveries.StartAsync(
            new()
            {
                Model = version.Name,
                Version = version.Version,
                Environment = session.Args.GetValue(_environment)!,
                Name = session.Args.GetValue(_name),
                Replicas = session.Args.GetValue(_replicas),
                Justification = session.Args.GetValue(_note),
            },
            session.Cancel);
        return await DeliveryFollow.RunAsync(session, begun, !_wait.Leaves(session), deadline);
    }

    private void Check(Session session)
    {
        if (session.Args.GetValue(_file) is not null)
        {
            Option[] without = [_replicas, _canary, _shadow, _shadowPercent, _output, _noLookup, _sticky];
            if (_version.IsGiven(session) || without.Any(option => session.Args.GetResult(option) is { Implicit: false }))
                throw new UsageException("A file says all of the deployment: beside --file there are only --name, --environment, --note, --no-wait and --timeout.");
            return;
        }

        if (session.Args.GetValue(_environment) is null)
            throw new UsageException("Say where: --environment NAME, such as staging.");
        if (session.Args.GetValue(_canary) is not null && session.Args.GetValue(_shadow))
            throw new UsageException("A version is a canary, whose answers are returned, or a shadow, whose answers are not: give --canary or --shadow.");
        if (session.Args.GetValue(_shadowPercent) is not null && !session.Args.GetValue(_shadow))
            throw new UsageException("--shadow-percent is of a shadow: add --shadow.");
    }

    private async Task<Deployment> PutFileAsync(Session session, string path, DateTimeOffset deadline)
    {
        var document = DeploymentFile.Read(await TextInput.ReadAsync(session, path));
        var name = session.Args.GetValue(_name) ?? document.Name ?? throw new UsageException("The file names no deployment: begin it with 'name: NAME', or give --name.");
        var environment = session.Args.GetValue(_environment) ?? document.Environment
            ?? throw new UsageException("The file names no environment: write 'environment: staging' into it, or give --environment.");
        return await DeploymentChange.PutAsync(session, environment, name, Noted(session, document.Spec), null, deadline);
    }

    private async Task<Deployment> PutVersionAsync(Session session, DateTimeOffset deadline)
    {
        var version = await _version.ReadAsync(session);
        var (environment, name) = (session.Args.GetValue(_environment)!, session.Args.GetValue(_name) ?? version.Name);
        return await DeploymentChange.ApplyAsync(session, environment, name, now => Next(session, now, environment, name, version), deadline);
    }

    private DeploymentSpec Next(Session session, Deployment? now, string environment, string name, ModelVersion version)
    {
        var leading = TrafficChange.Leading(now?.Spec);
        // Settings stay from one version of a model to the next; another model has its own.
        var variant = (leading?.Model == version.Name ? leading : new VariantSpec { Model = version.Name }) with { Version = version.Version, Approval = null };
        if (session.Args.GetValue(_replicas) is { } replicas)
            variant = variant with { MinReplicas = replicas, MaxReplicas = null };
        if (session.Args.GetValue(_output) is { } output)
            variant = variant with { Output = output };
        if (session.Args.GetValue(_noLookup))
            variant = variant with { Features = new FeatureLookupSpec { Lookup = false } };
        var spec = Beside(session, now, environment, name, variant);
        if (session.Args.GetValue(_sticky) is { } header)
            spec = spec with { Sticky = new StickySpec { Header = header } };
        return Noted(session, spec);
    }

    private DeploymentSpec Beside(Session session, Deployment? now, string environment, string name, VariantSpec variant)
    {
        var (canary, shadow) = (session.Args.GetValue(_canary), session.Args.GetValue(_shadow));
        if (canary is null && !shadow)
        {
            Tell(session, now, variant);
            return TrafficChange.ToStable(now?.Spec, variant);
        }

        if (now is null)
            throw new UsageException($"There is no deployment {name} in {environment} yet, beside which it could be a {(shadow ? "shadow" : "canary")}: deploy a version without that first.");
        return canary is { } percent
            ? TrafficChange.ToCanary(now.Spec, variant, percent)
            : TrafficChange.ToShadow(now.Spec, variant, session.Args.GetValue(_shadowPercent));
    }

    private static void Tell(Session session, Deployment? now, VariantSpec variant)
    {
        var gone = now?.Spec.Variants.Where(static one => one is { Shadow: false, Name: not TrafficChange.Stable }).Select(static one => $"{one.Name} ({one.Model} {one.Version})").ToList();
        if (gone is { Count: > 0 })
            session.Output.Remark($"{variant.Model} {variant.Version} answers everything; {string.Join(", ", gone)} no longer answers.");
    }

    private DeploymentSpec Noted(Session session, DeploymentSpec spec) => session.Args.GetValue(_note) is { } note
        ? spec with { Note = note }
        : session.Args.GetValue(_file) is null ? spec with { Note = null } : spec;

    private static Option<double?> Percent(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "percent",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value.TrimEnd('%').TrimEnd();
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100)
                return percent;
            result.AddError($"'{result.Tokens[0].Value}' is not a share in percent, 0 to 100, as {name} needs it.");
            return null;
        },
    };
}
