using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>What can be done with batch predictions that were asked for.</summary>
internal static class BatchVerbs
{
    public static Command List()
    {
        var state = Verb.Text("--state", "Only those that are planning, running, succeeded, failed or cancelled", "state");
        var model = Verb.Text("--model", "Only those of this model", "name");
        var listing = new Listing();
        return listing.AddTo(new Command("list", "List batch predictions, newest first.") { state, model }, search: false).Does(async session =>
        {
            var page = await session.Client.BatchPredictions.ListPageAsync(
                session.Args.GetValue(state), session.Args.GetValue(model), Math.Min(listing.Limit(session), 1000), listing.Token(session), session.Cancel);
            session.Output.List(
                page, page.BatchPredictions, page.NextPageToken,
                ("ID", static one => one.Id),
                ("NAME", static one => one.Spec.Name ?? ""),
                ("MODEL", static one => $"{one.Model} {one.Version}"),
                ("STATE", static one => one.State),
                ("ROWS", static one => BatchText.Rows(one)),
                ("CREATED", static one => Printable.Time(one.CreatedAt)),
                ("BY", static one => one.CreatedBy));
        });
    }

    public static Command Get()
    {
        var id = Id();
        return new Command("get", "Show a batch prediction, and how far it is.") { id }.Does(async session =>
            BatchText.Show(session, await session.Client.BatchPredictions.GetAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }

    public static Command Watch()
    {
        var id = Id();
        return new Command("watch", "Wait until a batch prediction has ended, and tell how far it is. Ends with 1 when it failed or was cancelled.") { id }.Does(async session =>
            await BatchText.WatchAsync(session, await session.Client.BatchPredictions.GetAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }

    public static Command Files()
    {
        var id = Id();
        return new Command("files", "List the files of a batch prediction's output, in the rows' order.") { id }.Does(async session =>
        {
            var files = await FilesAsync(session, session.Args.GetRequiredValue(id));
            session.Output.List(
                new BatchFilePage { Files = files }, files, null,
                ("NAME", static file => file.Name),
                ("KIND", static file => file.Kind),
                ("ROWS", static file => file.Rows.ToString(CultureInfo.InvariantCulture)),
                ("SIZE", static file => Printable.Bytes(file.Size)),
                ("SHA-256", static file => file.Sha256));
        });
    }

    public static Command Download()
    {
        var id = Id();
        var to = new Option<string>("--output", "-o") { Description = "Folder to write to; made when it is not there", HelpName = "folder", Required = true };
        return new Command("download", "Download a batch prediction's output.") { id, to }.Example("mlops batch-predict download 01938f... -o predictions").Does(async session =>
        {
            var (one, folder) = (session.Args.GetRequiredValue(id), session.Args.GetRequiredValue(to));
            var files = await FilesAsync(session, one);
            Directory.CreateDirectory(folder);
            foreach (var file in files)
            {
                await PartFile.WriteAsync(Path.Combine(folder, Path.GetFileName(file.Name)), stream => session.Client.BatchPredictions.DownloadAsync(one, file.Name, stream, session.Cancel));
                session.Output.Remark($"{file.Name}: {file.Rows.ToString(CultureInfo.InvariantCulture)} rows, {Printable.Bytes(file.Size)}");
            }

            session.Output.Line(new BatchFilePage { Files = files }, $"{files.Count} files in {folder}.");
        });
    }

    public static Command Cancel()
    {
        var id = Id();
        return new Command("cancel", "End a batch prediction.") { id }.Does(async session =>
            BatchText.Show(session, await session.Client.BatchPredictions.CancelAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }

    public static Command Retry()
    {
        var id = Id();
        return new Command("retry", "Go on with a batch prediction that failed; what is done stays done.") { id }.Does(async session =>
            BatchText.Show(session, await session.Client.BatchPredictions.RetryAsync(session.Args.GetRequiredValue(id), session.Cancel)));
    }

    public static Command Delete()
    {
        var (id, yes) = (Id(), Confirmation.Option());
        return new Command("delete", "Delete a batch prediction that has ended, with its output.") { id, yes }.Does(async session =>
        {
            Confirmation.Ask(session, yes, $"Batch prediction {session.Args.GetRequiredValue(id)} would be deleted with its output.");
            await session.Client.BatchPredictions.DeleteAsync(session.Args.GetRequiredValue(id), session.Cancel);
            session.Output.Done(session.Args.GetRequiredValue(id), "deleted", "Deleted.");
        });
    }

    private static Argument<string> Id() => Verb.Argument("id", "The batch prediction");

    private static async Task<List<BatchFile>> FilesAsync(Session session, string id)
    {
        var files = new List<BatchFile>();
        await foreach (var file in session.Client.BatchPredictions.FilesAsync(id, session.Cancel))
            files.Add(file);
        return files;
    }
}
