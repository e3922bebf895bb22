using System.Diagnostics;
using Orrery.Governance;
using Orrery.Registry;
using Orrery.Storage;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Files that Python made: hostile ones, each of which would make a canary file, and harmless ones.</summary>
public sealed class HostileCorpus : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-corpus-").FullName;

    /// <summary>Would be there if anything had run.</summary>
    public string Canary => Path.Combine(_folder, "canary");

    internal ScratchFiles Scratch => new(Path.Combine(_folder, "scratch"));

    public IEnumerable<string> Names(string kind) => Directory.EnumerateFiles(Path.Combine(_folder, kind)).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public byte[] Content(string kind, string name) => File.ReadAllBytes(Path.Combine(_folder, kind, name));

    public async ValueTask InitializeAsync()
    {
        var script = Repository.PathOf("tests", "Orrery.Tests.Unit", "Governance", "Safety", "make_corpus.py");
        Directory.CreateDirectory(Path.Combine(_folder, "good"));
        using var making = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, _folder, Canary]) { RedirectStandardError = true })!;
        var errors = await making.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await making.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (making.ExitCode == 3)
            Needed.Missing($"Run eng/install-test-needs.sh: {errors}");
        Assert.True(making.ExitCode == 0, errors);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return default;
    }

    /// <summary>What the worker says of each pickle when it loads it for real: what it refused, and null for what it loaded.</summary>
    public async Task<Dictionary<string, string?>> LoadAsync(string kind, IEnumerable<string> names)
    {
        const string Script = """
            import json, os, sys
            sys.path.insert(0, sys.argv[1])
            import pickles
            def load(name):
                try:
                    pickles.load(os.path.join(sys.argv[2], name), False, ())
                except pickles.Refused as why:
                    return str(why)
            print(json.dumps({name: load(name) for name in sys.argv[3:]}))
            """;
        using var loading = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Script, Repository.PathOf("python", "orrery_worker"), Path.Combine(_folder, kind), .. names])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = loading.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var answer = await loading.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await loading.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(loading.ExitCode == 0, await errors);
        return System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string?>>(answer)!;
    }

    /// <summary>What a scan finds in a file of a package.</summary>
    internal IReadOnlyList<Finding> Scan(string path, byte[] content, bool code = false, string mlmodel = "flavors: {}", params (string Path, long Size)[] others)
    {
        var files = others.Append((path, content.LongLength)).Select(static file => new PackageFile(file.Item1, file.Item2, "")).ToList();
        var facts = PackageFacts.Of(PackageDocument.Parse(mlmodel).Value, files, AllowList.Default);
        var findings = new Findings();
        using var stream = new MemoryStream(content);
        new FileScan(facts, new PickleSettings(AllowList.Default, code, []), findings, Scratch, TestContext.Current.CancellationToken).Scan(path, stream);
        return findings.All;
    }
}
