using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops audit verify</c>: a workspace of a server; or a database, an exported file, or a proof, for which no server need run.</summary>
internal static class AuditVerify
{
    public static Command Create()
    {
        var file = Verb.Text("--file", "An export (ndjson) to check instead of a server", "file");
        var checkpoints = Verb.Text("--checkpoints", "Signed checkpoints to hold it against, a JSON document a line, as an anchor keeps them", "file");
        var keys = Verb.Text("--keys", "Public keys that you trust, as 'mlops audit keys --json' prints them", "file");
        var folder = Verb.Text("--data-dir", "The data folder of a server that does not run: check all workspaces in its SQLite database", "folder");
        var database = Verb.Text("--database", "Connection string of a PostgreSQL database: check all workspaces in it", "connection");
        var proof = Verb.Text("--proof", "A proof of one entry, as 'mlops audit prove' prints it", "file");
        return new Command("verify", "Check that nothing was changed, removed, inserted, reordered or cut off. Exit code 1 when something was.")
        {
            folder, database, file, checkpoints, keys, proof,
        }.Does(async session =>
        {
            var trusted = session.Args.GetValue(keys) is { } path ? await AuditFiles.ReadKeysAsync(path, session.Cancel) : null;
            if (session.Args.GetValue(proof) is { } proofPath)
                return await ProofAsync(session, proofPath, trusted);
            var (list, export) = (session.Args.GetValue(checkpoints), session.Args.GetValue(file));
            string[] offline = [.. Flag("--data-dir", session.Args.GetValue(folder)), .. Flag("--database", session.Args.GetValue(database))];
            if (offline.Length > 0)
            {
                if (export is not null)
                    throw new UsageException("Give a database or an exported file, not both.");
                string[] with = [.. Flag("--audit-keys", session.Args.GetValue(keys)), .. Flag("--audit-checkpoints", list)];
                return Tell(session, await InDatabaseAsync(session, [.. offline, .. with]), list is not null);
            }

            if (list is not null && trusted is null && export is not null)
                throw new UsageException("Checkpoints say something only with keys to check their signatures: add --keys.");
            var documents = list is null ? [] : await AuditFiles.ReadCheckpointsAsync(
                list, number => session.Output.Remark($"{list}, line {number}: this is not a checkpoint; it is passed over."), session.Cancel);
            return Tell(
                session,
                export is null ? [await OnServerAsync(session, documents, trusted)] : await OfFileAsync(export, documents, trusted, session.Cancel),
                list is not null);
        });
    }

    // With checkpoints or keys from outside, the chain is fetched and checked here: who owns the server owns its answers.
    private static async Task<AuditVerdict> OnServerAsync(Session session, List<AuditCheckpoint> documents, IReadOnlyCollection<AuditKey>? keys)
    {
        if (documents.Count == 0 && keys is null)
            return await session.Client.Audit.VerifyAsync(session.Cancel);
        if (documents.Count == 0)
            documents = await OfServerAsync(session);
        var copy = Path.GetTempFileName();
        try
        {
            await using (var target = File.Create(copy))
                await session.Client.Audit.ExportAsync("ndjson", target, session.Cancel);
            keys ??= await session.Client.Audit.ListKeysAsync(session.Cancel);
            var verdicts = await OfFileAsync(copy, documents, keys, session.Cancel);
            return verdicts.Find(static v => !v.Valid) ?? verdicts[0];
        }
        finally
        {
            File.Delete(copy);
        }
    }

    private static async Task<List<AuditCheckpoint>> OfServerAsync(Session session)
    {
        var documents = new List<AuditCheckpoint>();
        await foreach (var document in session.Client.Audit.ListCheckpointsAsync(session.Cancel))
            documents.Add(document);
        return documents;
    }

    private static async Task<List<AuditVerdict>> OfFileAsync(
        string path, List<AuditCheckpoint> documents, IReadOnlyCollection<AuditKey>? keys, CancellationToken cancel)
    {
        var verifiers = new Dictionary<long, AuditVerifier>();
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancel))
        {
            number++;
            if (line.Length == 0)
                continue;
            SealedEntry entry;
            try
            {
                entry = AuditChain.FromLine(line);
            }
            catch (InvalidDataException broken)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{path}, line {number}: {broken.Message}"), broken);
            }

            if (!verifiers.TryGetValue(entry.Workspace, out var verifier))
                verifiers[entry.Workspace] = verifier = new(entry.Workspace, documents, keys);
            verifier.Add(entry);
        }

        if (verifiers.Count == 0)
            verifiers[documents.FirstOrDefault()?.Workspace ?? 0] = new(documents.FirstOrDefault()?.Workspace ?? 0, documents, keys);
        return [.. verifiers.OrderBy(static v => v.Key).Select(static v => v.Value.Finish()).Select(static v => v is { Valid: true, Entries: 0 }
            ? v with { Valid = false, Fault = new(AuditFaults.Empty, 0, null, "The file holds no entries, and no checkpoint says how many there were.") }
            : v)];
    }

    private static string[] Flag(string name, string? value) => value is null ? [] : [name, value];

    // The server knows its databases; it prints a verdict a line.
    private static async Task<List<AuditVerdict>> InDatabaseAsync(Session session, string[] flags)
    {
        var cancel = session.Cancel;
        var (program, first) = ServerFile.Find();
        using var server = Process.Start(new ProcessStartInfo(program, [.. first, .. flags, "--verify-audit"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = server.StandardError.ReadToEndAsync(cancel);
        var verdicts = new List<AuditVerdict>();
        while (await server.StandardOutput.ReadLineAsync(cancel) is { } line)
            verdicts.Add(JsonSerializer.Deserialize(line, OrreryJson.TypeOf<AuditVerdict>())!);
        await server.WaitForExitAsync(cancel);
        var problem = (await errors).Trim();
        if (verdicts.Count > 0 && problem.Length > 0)
            session.Output.Remark(problem);
        return verdicts.Count > 0 ? verdicts : throw new InvalidDataException(problem.Length > 0 ? problem : $"The check ended with {server.ExitCode}.");
    }

    private static int Tell(Session session, List<AuditVerdict> verdicts, bool withCheckpoints)
    {
        if (withCheckpoints && verdicts.TrueForAll(static v => v is { Valid: true, Checkpoints: 0 }))
            throw new InvalidDataException("None of the checkpoints is of a workspace in this trail: they show nothing.");
        foreach (var verdict in verdicts)
        {
            session.Output.Line(verdict, verdict.Fault is { } fault ? Broken(verdict.Workspace, fault) : Whole(verdict));
        }

        if (verdicts.Exists(static v => v is { Valid: true, Checkpoints: 0 }))
            session.Output.Remark("No checkpoint was held against it: a chain that was written anew from end to end, or cut off, would look the same.");
        return verdicts.TrueForAll(static v => v.Valid) ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static string Broken(long workspace, AuditFault fault)
    {
        var id = fault.EntryId is null ? "" : $" ({fault.EntryId})";
        return string.Create(CultureInfo.InvariantCulture, $"Broken: workspace {workspace}, entry {fault.Seq}{id}: {fault.Kind}. {fault.Message}");
    }

    private static string Whole(AuditVerdict verdict) => string.Create(
        CultureInfo.InvariantCulture,
        $"Whole: workspace {verdict.Workspace}, {verdict.Entries} entries ({verdict.FirstSeq} to {verdict.LastSeq}), {verdict.Checkpoints} signed checkpoints.");

    private static async Task<int> ProofAsync(Session session, string path, IReadOnlyCollection<AuditKey>? keys)
    {
        if (keys is null)
            throw new UsageException("A proof says something only with keys to check its signature: add --keys.");
        var proof = Read<AuditProof>(await File.ReadAllTextAsync(path, session.Cancel), path);
        var fault = proof.Fault(keys);
        session.Output.Line(new AuditProofVerdict { Valid = fault is null, Fault = fault, Workspace = proof.Workspace, Seq = proof.Seq }, fault is null
            ? string.Create(CultureInfo.InvariantCulture, $"Proven: entry {proof.Seq} of workspace {proof.Workspace} is in the checkpoint of size {proof.Checkpoint.Size} of {proof.Checkpoint.Day}.")
            : "Not proven: " + fault);
        return fault is null ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static T Read<T>(string text, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(text, OrreryJson.TypeOf<T>()) ?? throw new InvalidDataException($"{path} holds null.");
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"{path} cannot be read: {broken.Message}", broken);
        }
    }
}
