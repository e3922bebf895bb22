using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops migration</c>.</summary>
internal static class MigrationCommand
{
    public static Command Create() => new("migration", "Bring a model that runs elsewhere over, in ten steps.") { Start(), List(), Show(), Step(), MigrationCompare.Create() };

    private static Command Start()
    {
        var model = Verb.Argument("model", "The registered model, or the name that it will be registered by");
        var url = new Option<string>("--url") { Description = "Address of the old endpoint before /v1", HelpName = "url", Required = true };
        var served = Verb.Text("--endpoint-model", "Name of the model there [default: the model]", "name");
        var header = Verb.Texts("--header", "A header and the name of the server's secret that is its value; may be given again", "NAME=SECRET");
        var version = Verb.Text("--version", "The version that takes over", "n");
        var environment = new Option<string?>("--environment", "-e") { Description = "Environment that takes the traffic over [default: production]", HelpName = "name" };
        var owner = Verb.Text("--owner", "Who answers for the old endpoint", "name");
        var requests = new Option<double?>("--requests-per-day") { Description = "Its traffic", HelpName = "n" };
        var slo = Verb.Text("--slo", "What its callers were promised", "text");
        var least = new Option<double?>("--least-agreement") { Description = "Least share of rows that must agree [default: 0.99]", HelpName = "share" };
        return new Command("start", "Begin a migration.") { model, url, served, header, version, environment, owner, requests, slo, least }
            .Example("mlops migration start churn --url http://old-churn:8080 --owner ada --requests-per-day 20000 --slo \"p95 100 ms\"").Does(async session =>
            {
                var headers = session.Args.GetValue(header)!.Select(static one => Verb.Pair(one, "--header")).ToDictionary(static one => one.Key, static one => one.Value);
                MigrationText.Show(session, await session.Client.Migrations.StartAsync(
                    new()
                    {
                        Model = session.Args.GetRequiredValue(model),
                        Version = session.Args.GetValue(version),
                        Environment = session.Args.GetValue(environment),
                        Endpoint = new() { Url = session.Args.GetRequiredValue(url), Protocol = "v1", Model = session.Args.GetValue(served), Headers = headers.Count > 0 ? headers : null },
                        Owner = session.Args.GetValue(owner),
                        RequestsPerDay = session.Args.GetValue(requests),
                        Slo = session.Args.GetValue(slo),
                        LeastAgreement = session.Args.GetValue(least),
                    },
                    session.Cancel));
            });
    }

    private static Command List()
    {
        var model = Verb.Text("--model", "Only of this model", "name");
        var listing = new Listing();
        return listing.AddTo(new Command("list", "List migrations, newest first.") { model }, search: false).Example("mlops migration list --model churn").Does(async session =>
        {
            var page = await session.Client.Migrations.ListPageAsync(session.Args.GetValue(model), listing.PageLimit(session), listing.Token(session), session.Cancel);
            session.Output.List(
                page, page.Migrations, page.NextPageToken,
                ("ID", static one => one.Id),
                ("MODEL", static one => $"{one.Model} {one.Version}".TrimEnd()),
                ("ENVIRONMENT", static one => one.Environment),
                ("STATE", static one => $"{one.State}, {one.Ended} of 10"),
                ("STARTED", static one => Printable.Time(one.StartedAt)),
                ("BY", static one => one.StartedBy));
        });
    }

    private static Command Show()
    {
        var id = Verb.Argument("id", "The migration");
        return new Command("show", "Show a migration, its steps, and what bears them out.") { id }.Example("mlops migration show 01938f...").Does(async session =>
            MigrationText.Show(session, await session.Client.Migrations.GetAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }

    private static Command Step()
    {
        var id = Verb.Argument("id", "The migration");
        var step = new Argument<int>("step") { Description = "The step, 1 to 10" };
        var state = Verb.Argument("state", "open, done or skipped");
        var note = Verb.Text("--note", "What there is to say; needed to skip", "text");
        var version = Verb.Text("--version", "The version that takes over; another one opens steps 4 to 10 again", "n");
        return new Command("step", "Say how a step stands.") { id, step, state, note, version }.Example("mlops migration step 01938f... 2 done --version 3").Does(async session =>
            MigrationText.Show(session, await session.Client.Migrations.SetStepAsync(
                session.Args.GetRequiredValue(id),
                session.Args.GetValue(step),
                new() { State = session.Args.GetRequiredValue(state), Note = session.Args.GetValue(note), Version = session.Args.GetValue(version) },
                session.Cancel)));
    }
}
