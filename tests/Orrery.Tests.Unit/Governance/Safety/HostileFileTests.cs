using Orrery.Governance;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Every hostile file is refused for what it is, no harmless one is, and nothing runs.</summary>
public sealed class HostileFileTests(HostileCorpus corpus) : IClassFixture<HostileCorpus>
{
    private static readonly Dictionary<string, string> Otherwise = new()
    {
        ["computed.pkl"] = ScanRules.PickleHidden,
        ["called-call.pkl"] = ScanRules.PickleComputedCall,
        ["applied.pkl"] = ScanRules.PickleCall,
        ["instantiated.pkl"] = ScanRules.PickleCall,
        ["persistent.pkl"] = ScanRules.PickleOutside,
        ["binary-persistent.pkl"] = ScanRules.PickleOutside,
        ["extension.pkl"] = ScanRules.PickleOutside,
        ["no-pickle.pkl"] = ScanRules.PickleUnreadable,
        ["claims.pkl"] = ScanRules.PickleUnreadable,
        ["bz2.joblib"] = ScanRules.ArchiveUnreadable,
        ["xz.joblib"] = ScanRules.ArchiveUnreadable,
        ["torn.zip"] = ScanRules.ArchiveUnreadable,
        ["traversal.zip"] = ScanRules.ArchivePath,
        ["absolute.zip"] = ScanRules.ArchivePath,
        ["traversal.tar"] = ScanRules.ArchivePath,
        ["symlink.zip"] = ScanRules.ArchiveLink,
        ["symlink.tar"] = ScanRules.ArchiveLink,
        ["bomb.zip"] = ScanRules.ArchiveBomb,
        ["bomb.pkl"] = ScanRules.ArchiveBomb,
        ["program"] = ScanRules.Executable,
        ["library.so.1"] = ScanRules.Executable,
    };

    [Fact]
    public void Each_hostile_file_is_refused_with_its_reason_and_nothing_of_it_runs()
    {
        var names = corpus.Names("bad").ToList();
        Assert.True(names.Count > 55, $"{names.Count}");
        var missed = names.Where(name => !corpus.Scan(name, corpus.Content("bad", name))
            .Any(one => one.Severity >= Severity.High && one.Rule == Otherwise.GetValueOrDefault(name, ScanRules.PickleImport))).ToList();
        Assert.True(missed.Count == 0, string.Join('\n', missed.Select(name => $"{name}: {string.Join("; ", corpus.Scan(name, corpus.Content("bad", name)))}")));
        Assert.Empty(Otherwise.Keys.Except(names));
        Assert.False(File.Exists(corpus.Canary));
    }

    [Fact]
    public async Task The_worker_refuses_what_would_call_and_loads_models()
    {
        string[] hostile =
        [
            "reduce-0.pkl", "reduce-4.pkl", "inst.pkl", "obj.pkl", "newobj.pkl", "called-call.pkl", "numpy-test.pkl", "scipy-test.pkl", "numpy.linalg-test.pkl", "referred-test.pkl",
            "tester.pkl", "test-module.pkl", "read_csv.pkl", "read_html.pkl", "read_sql.pkl", "applied.pkl", "instantiated.pkl",
        ];
        Assert.All(await corpus.LoadAsync("bad", hostile), static one => Assert.True(one.Value is not null, one.Key));
        Assert.All(
            await corpus.LoadAsync("good", ["forest-2.pkl", "forest-3.pkl", "forest-4.pkl", "forest-5.pkl", "regression.pkl", "table-2.pkl", "table-5.pkl", "steps.pkl", "plain.pkl"]),
            static one => Assert.Null(one.Value));
        Assert.False(File.Exists(corpus.Canary));
    }

    [Fact]
    public void Code_that_models_may_bring_lets_no_hostile_pickle_pass()
    {
        // Importing print and making a partial of it is what such code does; calling the partial is not.
        var passed = corpus.Names("bad").Where(name => !corpus.Scan(name, corpus.Content("bad", name), code: true).Any(static one => one.Severity >= Severity.High)).ToList();
        Assert.True(passed.Count == 0, string.Join(", ", passed));
    }

    [Fact]
    public void No_harmless_file_is_refused()
    {
        var names = corpus.Names("good").ToList();
        Assert.True(names.Count >= 15, $"{names.Count}");
        var refused = names.SelectMany(name => corpus.Scan(name, corpus.Content("good", name), code: name is "adds.pkl" or "function.pkl").Where(static one => one.Severity > Severity.Low).Select(one => $"{name}: {one}")).ToList();
        Assert.True(refused.Count == 0, string.Join('\n', refused));
    }

    [Fact]
    public void The_model_itself_may_not_have_joblibs_arrays_which_pickle_does_not_know()
    {
        const string Sklearn = "flavors:\n  sklearn:\n    pickled_model: plain.joblib\n    serialization_format: pickle\n";
        Assert.Contains(corpus.Scan("plain.joblib", corpus.Content("good", "plain.joblib"), mlmodel: Sklearn), static one => one.Rule == ScanRules.PickleImport && one.Message.Contains("joblib", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_prefix_of_a_hostile_pickle_that_would_call_is_refused_and_garbage_ends_without_a_fault()
    {
        var evil = corpus.Content("bad", "stack-global.pkl");
        for (var length = evil.Length - 1; length <= evil.Length; length++)
            Assert.Contains(corpus.Scan("m.pkl", evil[..length]), static one => one.Severity is Severity.Critical);
        var random = new Random(7);
        for (var round = 0; round < 3000; round++)
        {
            var content = (byte[])corpus.Content("good", "forest-4.pkl")[..600].Clone();
            for (var change = 0; change < 5; change++)
                content[random.Next(content.Length)] = (byte)random.Next(256);
            Assert.NotEmpty(corpus.Scan("m.pkl", content));
        }

        Assert.False(File.Exists(corpus.Canary));
    }

    [Theory]
    [InlineData("a.onnx", 0, "")]
    [InlineData("external.onnx", 5, ScanRules.OnnxExternal)]
    public void Onnx_content_elsewhere_may_not_lie_outside_of_the_folder(string name, int kind, string rule)
    {
        string[] places = ["/etc/passwd", "../secret.bin", "C:\\x", "a/../../x", "\\\\host\\x"];
        var model = kind == 0 ? OnnxModels.Logistic([1f, 2f], 0) : null;
        foreach (var place in places)
        {
            var found = corpus.Scan(name, model ?? External(place, 0, 8));
            Assert.Equal(rule, found.Count == 0 ? "" : Assert.Single(found).Rule);
        }
    }

    [Fact]
    public void Onnx_sizes_must_be_true_and_operators_known()
    {
        Assert.Empty(corpus.Scan("m/a.onnx", External("w.bin", 4, 8), others: ("m/w.bin", 12)));
        Assert.Equal(ScanRules.OnnxSize, Assert.Single(corpus.Scan("m/a.onnx", External("w.bin", 8, 8), others: ("m/w.bin", 12))).Rule);
        Assert.Equal(ScanRules.OnnxSize, Assert.Single(corpus.Scan("m/a.onnx", External("w.bin", 0, 4), others: ("m/w.bin", 12))).Rule);
        Assert.Equal(ScanRules.OnnxExternal, Assert.Single(corpus.Scan("m/a.onnx", External("w.bin", 0, 8))).Rule);
        Assert.Equal(ScanRules.OnnxSize, Assert.Single(corpus.Scan("a.onnx", Model(Tensor([.. Field(9, new byte[7])])))).Rule);
        Assert.Equal(ScanRules.OnnxDomain, Assert.Single(corpus.Scan("a.onnx", Model([], "com.evil"))).Rule);
        Assert.Equal(ScanRules.OnnxUnreadable, Assert.Single(corpus.Scan("a.onnx", [0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f])).Rule);
        Assert.Equal(ScanRules.OnnxUnreadable, Assert.Single(corpus.Scan("a.onnx", "no model"u8.ToArray())).Rule);
        Assert.Empty(corpus.Scan("a.onnx", OnnxModels.Trees(3, 3, 4, 1)));
        Assert.Empty(corpus.Scan("a.onnx", OnnxModels.ZipMap(1, "yes", "no")));
    }

    // Two floats that lie in a file.
    private static byte[] External(string location, int offset, int length) => Model(Tensor(
        [.. Pair("location", location), .. Pair("offset", $"{offset}"), .. Pair("length", $"{length}"), 0x70, 1]));

    private static byte[] Pair(string key, string value) => Field(13, [.. Field(1, System.Text.Encoding.UTF8.GetBytes(key)), .. Field(2, System.Text.Encoding.UTF8.GetBytes(value))]);

    private static byte[] Tensor(byte[] content) => Field(5, [0x08, 2, 0x10, 1, .. Field(8, "w"u8.ToArray()), .. content]);

    private static byte[] Model(byte[] inGraph, string domain = "") =>
        Field(7, [.. Field(1, [.. Field(4, "Identity"u8.ToArray()), .. Field(7, System.Text.Encoding.UTF8.GetBytes(domain))]), .. inGraph]);

    private static byte[] Field(int number, byte[] content) => [(byte)((number << 3) | 2), (byte)content.Length, .. content];
}
