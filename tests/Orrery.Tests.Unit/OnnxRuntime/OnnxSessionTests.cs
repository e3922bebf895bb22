using System.Text;
using Orrery.Native;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit.OnnxRuntime;

/// <summary>Opening models, what they declare, running them, and what is refused.</summary>
public sealed class OnnxSessionTests : OnnxTest
{
    private static readonly float[] Weights = [0.5f, -1f, 2f];

    [Fact]
    public void The_library_says_its_version() => Assert.StartsWith("1.", OnnxLibrary.Version, StringComparison.Ordinal);

    [Fact]
    public void A_model_declares_its_inputs_and_outputs()
    {
        using var session = Open(OnnxModels.Logistic(Weights, 0.1f));

        var input = Assert.Single(session.Inputs);
        Assert.Equal("features", input.Name);
        Assert.Equal("tensor(Float)[-1,3]", input.ToString());
        Assert.Equal(["N", ""], input.DimensionNames);
        Assert.Equal(["label: tensor(Int64)[-1]", "probabilities: tensor(Float)[-1,2]"], session.Outputs.Select(static value => $"{value.Name}: {value}"));
    }

    [Fact]
    public void A_model_says_who_made_it()
    {
        using var session = Open(new OnnxModelBuilder()
            .Input("in", 1, 1).Node("Identity", ["in"], ["out"]).Output("out", 1, 1).Metadata("owner", "Ünïcode").Metadata("empty", "").Build());

        Assert.Equal("orrery-tests", session.Metadata.Producer);
        Assert.Equal("test", session.Metadata.Graph);
        Assert.Equal(new Dictionary<string, string> { ["owner"] = "Ünïcode", ["empty"] = "" }, session.Metadata.Custom);
    }

    [Fact]
    public void Rows_are_scored_as_the_formula_says()
    {
        using var session = Open(OnnxModels.Logistic(Weights, 0.1f));
        using var run = session.Rent();
        float[] rows = [1, 2, 3, -4, 5, 0.25f];
        rows.CopyTo(run.Input<float>(0, [2, 3]));

        run.Execute(TestContext.Current.CancellationToken);

        Assert.Equal([2, 2], run.Output(1).Shape.ToArray());
        var probabilities = run.Output(1).Values<float>();
        for (var row = 0; row < 2; row++)
        {
            var logit = 0.1 + Enumerable.Range(0, 3).Sum(column => Weights[column] * rows[(row * 3) + column]);
            Assert.Equal(1 / (1 + Math.Exp(-logit)), probabilities[(row * 2) + 1], 1e-6);
        }

        Assert.Equal([1, 0], run.Output(0).Values<long>().ToArray());
    }

    [Fact]
    public void An_empty_batch_gives_an_empty_answer()
    {
        using var session = Open(OnnxModels.Logistic(Weights, 0));
        using var run = session.Rent();
        _ = run.Input<float>(0, [0, 3]);

        run.Execute(TestContext.Current.CancellationToken);

        Assert.Equal([0, 2], run.Output(1).Shape.ToArray());
        Assert.Equal(0, run.Output(1).Bytes.Length);
    }

    [Fact]
    public void Only_the_outputs_that_are_wanted_come()
    {
        using var session = Open(OnnxModels.Logistic(Weights, 0));
        using (var run = session.Rent())
        {
            run.Input<float>(0, [1, 3]).Clear();
            run.Want([1]);
            run.Execute(TestContext.Current.CancellationToken);
            Assert.Equal([0.5f, 0.5f], run.Output(1).Values<float>().ToArray());
            Assert.Throws<InvalidOperationException>(() => run.Output(0));
        }

        using var again = session.Rent();
        again.Input<float>(0, [1, 3]).Clear();
        again.Execute(TestContext.Current.CancellationToken);
        Assert.Equal([0L], again.Output(0).Values<long>().ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Every_type_goes_through(int type)
    {
        using var session = Open(OnnxModels.Identity(type, -1, 2));
        using var run = session.Rent();
        var bytes = new byte[3 * 2 * ((OnnxElementType)type).Width()];
        new Random(type).NextBytes(bytes);
        if (type == (int)OnnxElementType.Bool)
            bytes = [1, 0, 1, 1, 0, 0];
        bytes.CopyTo(run.Input(0, [3, 2]));

        run.Execute(TestContext.Current.CancellationToken);

        Assert.Equal(bytes, run.Output(0).Bytes.ToArray());
        Assert.Equal((OnnxElementType)type, run.Output(0).Type);
    }

    [Fact]
    public void Text_goes_through_with_zeros_and_accents()
    {
        using var session = Open(OnnxModels.Identity(8, -1));
        using var run = session.Rent();
        string[] texts = ["", "ünï", "a\0b", new('x', 100_000)];
        run.InputText(0, [texts.Length]);
        for (var index = 0; index < texts.Length; index++)
            run.Text(0, index, Encoding.UTF8.GetBytes(texts[index]));

        run.Execute(TestContext.Current.CancellationToken);

        Assert.Equal(texts, Enumerable.Range(0, texts.Length).Select(index => run.Output(0).Text(index)));
    }

    [Fact]
    public void Maps_of_a_classifier_are_read()
    {
        using var session = Open(OnnxModels.ZipMap(1f, "no", "yes"));
        Assert.Equal("sequence(map(String, tensor(Float)[]))", session.Outputs[1].ToString());
        for (var round = 0; round < 3; round++)
        {
            using var run = session.Rent();
            run.Input<float>(0, [2, 1])[1] = 5;
            run.Input<float>(0, [2, 1])[0] = -5;
            run.Execute(TestContext.Current.CancellationToken);

            Assert.Equal(["no", "yes"], [run.Output(0).Text(0), run.Output(0).Text(1)]);
            var maps = run.Output(1);
            Assert.Equal((OnnxValueKind.Sequence, 2L), (maps.Kind, maps.Count));
            var (keys, values) = (maps.Element(1).Element(0), maps.Element(1).Element(1));
            Assert.Equal(["no", "yes"], [keys.Text(0), keys.Text(1)]);
            Assert.Equal(1, values.Values<float>()[0] + values.Values<float>()[1], 1e-6f);
            Assert.True(values.Values<float>()[1] > 0.99f);
        }
    }

    [Fact]
    public void Memory_of_the_caller_is_taken_where_it_lies()
    {
        using var session = Open(OnnxModels.Identity(1, -1));
        var body = GC.AllocateArray<byte>(64, pinned: true);
        for (var shift = 0; shift < 5; shift++)
        {
            using var run = session.Rent();
            BitConverter.TryWriteBytes(body.AsSpan(shift), 1.5f);
            BitConverter.TryWriteBytes(body.AsSpan(shift + 4), -2f);
            run.InputAt(0, [2], body.AsSpan(shift, 8));

            run.Execute(TestContext.Current.CancellationToken);

            Assert.Equal([1.5f, -2f], run.Output(0).Values<float>().ToArray());
        }
    }

    [Fact]
    public void A_run_is_stopped_by_its_token_and_the_next_is_not()
    {
        using var session = Open(OnnxModels.Slow(3_000));
        using var run = session.Rent();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(60));
        run.Input<float>(0, [512, 512]).Clear();
        var began = System.Diagnostics.Stopwatch.StartNew();

        Assert.Throws<OperationCanceledException>(() => run.Execute(stop.Token));

        Assert.True(began.Elapsed < TimeSpan.FromSeconds(10), $"It went on for {began.Elapsed}.");
        using var quick = Open(OnnxModels.Slow(1));
        using var next = quick.Rent();
        next.Input<float>(0, [512, 512]).Clear();
        next.Execute(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_and_the_run_goes_on()
    {
        using var session = Open(OnnxModels.Logistic(Weights, 0));
        using var run = session.Rent();

        Assert.Equal(OnnxErrorCode.InvalidArgument, Assert.Throws<OnnxException>(() => run.Execute(TestContext.Current.CancellationToken)).Code);
        Assert.Equal(OnnxErrorCode.InvalidArgument, Assert.Throws<OnnxException>(() => run.Input(0, [-1, 3])).Code);
        Assert.Equal(OnnxErrorCode.InvalidArgument, Assert.Throws<OnnxException>(() => run.Input(0, [long.MaxValue, long.MaxValue])).Code);
        Assert.Throws<ArgumentException>(() => run.Input<double>(0, [1, 3]));
        _ = run.Input(0, [1, 4]);
        var wrong = Assert.Throws<OnnxException>(() => run.Execute(TestContext.Current.CancellationToken));
        Assert.Equal(OnnxErrorCode.InvalidArgument, wrong.Code);
        Assert.Contains("Expected: 3", wrong.Message, StringComparison.Ordinal);
        _ = run.Input(0, [1, 3]);
        run.Execute(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Files_that_are_no_models_are_refused()
    {
        Assert.Equal(OnnxErrorCode.NoSuchFile, Assert.Throws<OnnxException>(() => OnnxSession.Open(Path.Combine(Folder, "nothing.onnx"))).Code);
        Assert.Equal(OnnxErrorCode.InvalidProtobuf, Assert.Throws<OnnxException>(() => Open("no model"u8.ToArray())).Code);
        Assert.Throws<OnnxException>(() => Open([]));
        var whole = OnnxModels.Logistic(Weights, 0);
        Assert.Throws<OnnxException>(() => Open(whole[..(whole.Length / 2)]));
        Assert.Throws<OnnxException>(() => Open(new OnnxModelBuilder().Input("in", 1, 1).Node("NoSuchOperator", ["in"], ["out"]).Output("out", 1, 1).Build()));
    }

    [Theory]
    [InlineData("../secret.bin")]
    [InlineData("/etc/hostname")]
    public void A_model_reads_no_file_outside_its_folder(string location)
    {
        File.WriteAllBytes(Path.Combine(Folder, "secret.bin"), new byte[16]);
        Directory.CreateDirectory(Path.Combine(Folder, "model"));
        var path = Write(
            new OnnxModelBuilder().Input("in", 1, 4).ExternalConstant("w", location, 4).Node("Add", ["in", "w"], ["out"]).Output("out", 1, 4).Build(),
            Path.Combine("model", "model.onnx"));

        Assert.Throws<OnnxException>(() => OnnxSession.Open(path));
    }

    [Fact]
    public void A_closed_session_gives_no_runs_but_ends_those_it_gave()
    {
        var session = Open(OnnxModels.Logistic(Weights, 0));
        var run = session.Rent();
        run.Input<float>(0, [1, 3]).Clear();
        session.Dispose();
        session.Dispose();

        run.Execute(TestContext.Current.CancellationToken);
        Assert.Equal([0.5f, 0.5f], run.Output(1).Values<float>().ToArray());
        run.Dispose();
        Assert.Throws<ObjectDisposedException>(session.Rent);
    }
}
