using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops deliveries</c>.</summary>
internal static class DeliveriesCommand
{
    public static Command Create() => new("deliveries", "Deliveries of versions to environments, and their nine stages. 'mlops deploy' begins them.")
    {
        List(), Show(), Logs(), Cancel(), Retry(), Rollback(), Metrics("metrics"),
    };

    /// <summary><c>mlops delivery</c>.</summary>
    public static Command CreateSingular() => new("delivery", "Figures of deliveries, and what counts for them.") { Metrics("metrics"), DeliverySettingsVerbs.Create(), DeliverySettingsVerbs.CreateSet() };

    private static Command List()
    {
        var model = Verb.Text("--model", "Only of this registered model", "name");
        var environment = new Option<string?>("--environment", "-e") { Description = "Only to this environment", HelpName = "name" };
        var state = Verb.Text("--state", "Only those in this state, such as waiting", "state");
        var listing = new Listing();
        return listing.AddTo(new Command("list", "List deliveries, newest first.") { model, environment, state }, search: false).Example("mlops deliveries list --environment production --state waiting").Does(async session =>
        {
            var page = await session.Client.Deliveries.ListPageAsync(
                session.Args.GetValue(model), null, session.Args.GetValue(environment), null, session.Args.GetValue(state), listing.PageLimit(session), listing.Token(session), session.Cancel);
            session.Output.List(
                page, page.Deliveries, page.NextPageToken,
                ("ID", static one => one.Id),
                ("VERSION", static one => $"{one.Model} {one.Version}"),
                ("ENVIRONMENT", static one => one.Environment),
                ("STATE", static one => one.State),
                ("STAGE", static one => one.Stage),
                ("ASKED FOR", static one => Printable.Time(one.RequestedAt)),
                ("BY", static one => one.RequestedBy));
        });
    }

    private static Command Show()
    {
        var id = Verb.Argument("id", "The delivery");
        return new Command("show", "Show a delivery and its stages.") { id }.Example("mlops deliveries show 01938f...").Does(async session =>
            DeliveryText.Show(session, await session.Client.Deliveries.GetAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }

    private static Command Logs()
    {
        var id = Verb.Argument("id", "The delivery");
        var listing = new Listing();
        return listing.AddTo(new Command("logs", "Show what a delivery's stages said, oldest first.") { id }, search: false).Example("mlops deliveries logs 01938f...").Does(async session =>
        {
            var page = await session.Client.Deliveries.LogsPageAsync(session.Args.GetRequiredValue(id), listing.PageLimit(session), listing.Token(session), session.Cancel);
            session.Output.List(
                page, page.Lines, page.NextPageToken,
                ("AT", static line => Printable.Time(line.At)),
                ("STAGE", static line => line.Stage),
                ("LEVEL", static line => line.Level),
                ("TEXT", static line => line.Text));
        });
    }

    private static Command Cancel()
    {
        var id = Verb.Argument("id", "The delivery");
        return new Command("cancel", "Stop a delivery; what it deployed is taken back.") { id }.Example("mlops deliveries cancel 01938f...").Does(async session =>
            DeliveryText.Show(session, await session.Client.Deliveries.CancelAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }

    private static Command Retry()
    {
        var id = Verb.Argument("id", "The delivery");
        return new Command("retry", "Have a delivery that failed go on where it ended.") { id }.Example("mlops deliveries retry 01938f...").Does(async session =>
            DeliveryText.Show(session, await session.Client.Deliveries.RetryAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }

    private static Command Rollback()
    {
        var id = Verb.Argument("id", "The delivery");
        var reason = Verb.Text("--reason", "Why; kept with the revision", "text");
        return new Command("rollback", "Take back a delivery that succeeded.") { id, reason }.Example("mlops deliveries rollback 01938f... --reason \"too slow\"").Does(async session =>
            DeliveryText.Show(session, await session.Client.Deliveries.RollbackAsync(session.Args.GetRequiredValue(id), new() { Reason = session.Args.GetValue(reason) }, session.Cancel)));
    }

    private static Command Metrics(string name)
    {
        var model = Verb.Text("--model", "Only of this registered model", "name");
        var environment = new Option<string?>("--environment", "-e") { Description = "Only to this environment", HelpName = "name" };
        var since = Verb.Text("--since", "A time, or days such as 7d [default: 30d]", "time");
        return new Command(name, "Deployment frequency, lead time, change failure rate and time to restore.") { model, environment, since }.Example("mlops delivery metrics --environment production --since 90d").Does(async session =>
        {
            var found = await session.Client.Deliveries.MetricsAsync(session.Args.GetValue(model), session.Args.GetValue(environment), session.Args.GetValue(since), session.Cancel);
            session.Output.Details(
                found,
                ("Since", Printable.Time(found.Since)),
                ("Asked for", Number(found.Requested)),
                ("Deployed", $"{Number(found.Deployed)}, {Number(found.DeploymentsPerDay)} a day"),
                ("Failed changes", found.ChangeFailureRate is { } rate ? $"{Number(found.FailedChanges)}, {Number(rate * 100)} %" : Number(found.FailedChanges)),
                ("Lead time", Times(found.LeadTimeFromVersion, "from the version's registration")),
                ("", Times(found.LeadTimeFromRequest, "from the request")),
                ("Time to restore", Times(found.TimeToRestore, "")),
                ("Stages", Printable.Lines(found.Stages.Select(static stage => $"{stage.Stage} {Times(stage.Durations, "")}, {Number(stage.Failed)} failed"))));
        });
    }

    private static string? Times(DurationFigures? figures, string from) =>
        figures is null ? null : $"p50 {Number(figures.P50Seconds)} s, p95 {Number(figures.P95Seconds)} s {from}".TrimEnd();

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
