using System.Text;
using System.Text.Json;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>Which feature fills which column, and what requests by names give of them.</summary>
public sealed class LookupBindingTests
{
    private const string Yaml = """
        entities: [{ name: customer, join_keys: [{ name: customer_id, type: int64 }] }]
        sources: [{ name: s, type: push }]
        feature_views:
          - name: account
            entities: [customer]
            source: s
            features: [{ name: tenure, type: int64 }, { name: plan, type: string }, { name: rate, type: float32 }, { name: tags, type: "list<string>" }, { name: since, type: unix_timestamp }, { name: price, type: decimal }]
        on_demand_views:
          - name: spending
            inputs: [account]
            request: [{ name: amount, type: float64 }]
            features: [{ name: ratio, type: float64, expression: "amount / tenure" }]
        feature_services: [{ name: all, features: [{ view: account }, { view: spending }] }]
        """;

    [Fact]
    public void Columns_are_filled_by_the_features_of_their_names_where_types_fit()
    {
        var binding = Bind(Model(new ModelTensor("x", DataType.FP32, [-1, 5])), "ratio", "plan", "tenure", "other", "price")!;

        Assert.True(binding.IsTable);
        Assert.Equal(["ratio", null, "tenure", null, "price"], binding.Columns.Select(column => column.Feature < 0 ? null : binding.Lookup.Features[column.Feature].Name));
        Assert.Equal("feature account:plan is string, and the model wants FP32", binding.Columns[1].Why);
        Assert.Equal("no feature of that name is looked up", binding.Columns[3].Why);
        Assert.Equal([new LookupInput("customer_id", "int64", true), new LookupInput("amount", "float64", false)], binding.Lookup.Inputs);
        Assert.Equal(("spending:ratio", -1), (binding.Lookup.Features[^1].Reference, binding.Lookup.Features[^1].Source));
    }

    [Fact]
    public void Inputs_by_column_are_filled_by_their_names()
    {
        var binding = Bind(Model(new("plan", DataType.BYTES, [-1]), new("tenure", DataType.INT32, [-1, 1]), new("rate", DataType.BF16, [-1]), new("tags", DataType.BYTES, [-1])))!;

        Assert.False(binding.IsTable);
        Assert.Equal([true, true, false, false], binding.Columns.Select(static column => column.Feature >= 0));
    }

    [Theory]
    [InlineData("nothing names the columns of the model's input 'x' (FP32[-1,3]): name them in 'features: {columns: [...]}' of the deployment, or in the model's signature")]
    [InlineData("the model's input 'x' (FP32[-1,3]) has another number of columns than the 2 that are named", "tenure", "rate")]
    [InlineData("none of the model's columns (a, b, c) is among the features (tenure, plan, rate, tags, since, price, ratio): no feature of that name is looked up", "a", "b", "c")]
    public void What_cannot_be_looked_up_is_said(string why, params string[] columns)
    {
        Assert.Null(LookupBinding.Of(Lookup(), Model(new ModelTensor("x", DataType.FP32, [-1, 3])), columns.Length > 0 ? columns : null, out var problem));
        Assert.Equal(why, problem);
    }

    [Fact]
    public void Rows_give_keys_as_written_and_columns_as_the_model_wants_them()
    {
        var work = Read("""{"id": 1, "instances": [{"customer_id": "1", "tenure": 5}, {"rate": [0.5], "customer_id": 2, "amount": 1.50}, {"tenure": null}]}""");

        Assert.Equal("""{"entities":{"customer_id":["1",2,null],"amount":[null,1.50,null]}}""", Encoding.UTF8.GetString(work.Body().Span));
        Assert.Equal([true, false, false, true, true, false], Enumerable.Range(0, 6).Select(at => work.IsGiven(at / 2, at % 2)));
        Assert.Equal([5f, 0f, float.NaN], work.Given(0).Values<float>().ToArray());
        Assert.Equal([0f, 0.5f, 0f], work.Given(1).Values<float>().ToArray());
        Assert.False(work.IsWhole);
    }

    [Fact]
    public void Lists_of_columns_give_the_same()
    {
        var work = Read("""{"instances": [{"customer_id": 9}], "inputs": {"customer_id": ["1", 2], "rate": [1, [2]]}}""");

        Assert.Equal("""{"entities":{"customer_id":["1", 2],"amount":[null,null]}}""", Encoding.UTF8.GetString(work.Body().Span));
        Assert.Equal([1f, 2f], work.Given(1).Values<float>().ToArray());
        Assert.Equal([false, true, false, true], Enumerable.Range(0, 4).Select(at => work.IsGiven(at / 2, at % 2)));
    }

    [Theory]
    [InlineData("""{"instances": [[1, 2]]}""")]
    [InlineData("""{"instances": []}""")]
    [InlineData("""{"instances": [{"x": [1, 2]}]}""")]
    [InlineData("""{"inputs": {"x": [[1, 2]]}}""")]
    [InlineData("""{"instances": 1}""")]
    [InlineData("""{}""")]
    public void Rows_as_the_model_takes_them_are_left_to_the_reader_of_rows(string body) =>
        Assert.False(LookupRows.TryRead(Encoding.UTF8.GetBytes(body), Two(), new LookupWork()));

    [Theory]
    [InlineData("""{"instances": [{"customer_id": 1, "customer_id": 2}]}""", "Instance 0 has 'customer_id' twice.")]
    [InlineData("""{"instances": [{"tenure": 1, "customer_id": 2, "tenure": 1}]}""", "Instance 0 has 'tenure' twice.")]
    [InlineData("""{"instances": [{"customer_id": 1}, [1, 2]]}""", "Instance 1 must be an object, as those before it are.")]
    [InlineData("""{"inputs": {"customer_id": [1], "rate": [1, 2]}}""", "'rate' has 2 values, those before it 1.")]
    [InlineData("""{"inputs": {"customer_id": [1], "customer_id": [2]}}""", "'customer_id' is there twice.")]
    [InlineData("""{"inputs": {"customer_id": 1}}""", "'customer_id' must be a list.")]
    [InlineData("""{"instances": [{"customer_id": 1, "tenure": "x"}]}""", "Element 0 of 'tenure' is \"x\"; it must be a number.")]
    [InlineData("""{"instances": [{"customer_id": 1, "since": 2}]}""", "Instance 0 has 'since', which neither the model nor its features take; the model takes tenure, rate; features are looked up by customer_id, amount.")]
    public void Wrong_rows_are_told_why(string body, string message) => Assert.Equal(message, Assert.Throws<TensorException>(() => Read(body)).Message);

    [Fact]
    public void Tensors_by_name_give_the_same()
    {
        var call = new InferenceCall();
        call.Inputs.Add().Name = "customer_id";
        call.Inputs[0].Type = DataType.BYTES;
        call.Inputs[0].SetShape([2]);
        call.Inputs[0].AddText("1\""u8);
        call.Inputs[0].AddText("2"u8);
        call.Inputs.Add().Name = "rate";
        call.Inputs[1].Type = DataType.FP64;
        call.Inputs[1].SetShape([2, 1]);
        call.Inputs[1].Add(0.1);
        call.Inputs[1].Add(2.0);
        using var json = new Utf8JsonWriter(Stream.Null, new JsonWriterOptions { SkipValidation = true });
        var work = new LookupWork();

        Assert.True(LookupTensors.TryTake(call, Two(), work, json));
        Assert.Equal("""{"entities":{"customer_id":["1\u0022","2"],"amount":[null,null]}}""", Encoding.UTF8.GetString(work.Body().Span));
        Assert.Equal([0.1f, 2f], work.Given(1).Values<float>().ToArray());

        call.Inputs[0].Name = "x";
        Assert.False(LookupTensors.TryTake(call, Two(), new LookupWork(), json));
    }

    [Theory]
    [InlineData(LookupKind.Whole, 16777217, "FP32", "16777216")]
    [InlineData(LookupKind.Whole, 300, "UINT8", null)]
    [InlineData(LookupKind.Whole, 1, "BOOL", "True")]
    [InlineData(LookupKind.Whole, 2, "BOOL", null)]
    [InlineData(LookupKind.Number, 3.0, "INT64", "3")]
    [InlineData(LookupKind.Number, 3.5, "INT64", null)]
    [InlineData(LookupKind.Number, double.NaN, "INT32", null)]
    [InlineData(LookupKind.Number, 0.1, "FP64", "0.1")]
    public void Values_are_those_that_JSON_would_give(LookupKind kind, double value, string type, string? expected)
    {
        var tensor = new Tensor { Name = "x", Type = Enum.Parse<DataType>(type) };
        var isAdded = LookupCast.TryAdd(tensor, kind, new LookupValue(LookupStatus.Present, kind is LookupKind.Whole ? (long)value : 0, value, null));

        Assert.Equal(expected is not null, isAdded);
        if (expected is null)
            return;
        var shown = tensor.Type switch
        {
            DataType.FP32 => ((double)tensor.Values<float>()[0]).ToString(System.Globalization.CultureInfo.InvariantCulture),
            DataType.FP64 => tensor.Values<double>()[0].ToString(System.Globalization.CultureInfo.InvariantCulture),
            DataType.INT64 => tensor.Values<long>()[0].ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => (tensor.Bytes[0] == 1).ToString(),
        };
        Assert.Equal(expected, shown);
    }

    private static LookupWork Read(string body)
    {
        var work = new LookupWork();
        Assert.True(LookupRows.TryRead(Encoding.UTF8.GetBytes(body), Two(), work));
        return work;
    }

    private static LookupBinding Two() => Bind(Model(new ModelTensor("x", DataType.FP32, [-1, 2])), "tenure", "rate")!;

    private static LookupBinding? Bind(ModelDeclaration model, params string[] columns) =>
        LookupBinding.Of(Lookup(), model, columns.Length > 0 ? columns : null, out _);

    private static ModelDeclaration Model(params ModelTensor[] inputs) => new("test", inputs, [], []);

    private static FeatureLookup Lookup()
    {
        var project = ProjectCompiler.Compile(new WorkspaceId(1), "default", DefinitionYaml.Read(Yaml).Value.Document).Value;
        Result<FeatureSelection> Select(FeatureProject found) => FeatureSelection.OfService(found, "all", fullNames: false);
        return new FeatureLookup(null!, project, Select, "all", null, Select(project).Then(FeatureLookup.PlanOf).Value);
    }
}
