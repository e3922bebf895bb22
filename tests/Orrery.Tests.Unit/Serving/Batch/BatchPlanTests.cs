using Orrery.Contracts;
using Orrery.Native;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>How rows are divided, which columns make which input, and what predictions are called.</summary>
public sealed class BatchPlanTests
{
    private static readonly ModelTensor Matrix = new("features", DataType.FP32, [-1, 2]);

    [Fact]
    public void Partitions_have_every_row_once_whatever_the_sizes()
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            PinnedFile[] files = [.. Enumerable.Range(0, random.Next(1, 6)).Select(index => new PinnedFile($"{index}", 0, "", random.Next(0, 50)))];
            var total = files.Sum(static file => file.Rows);
            var partitions = BatchPlanning.Partitions(total, random.Next(1, 40));
            var expected = files.SelectMany(static file => Enumerable.Range(0, (int)file.Rows).Select(row => (file.Name, (long)row)));

            var found = partitions.SelectMany(partition =>
            {
                var parts = BatchPlanning.Parts(files, partition);
                Assert.Equal(partition.Rows, parts.Sum(static part => part.Rows));
                return parts.SelectMany(static part => Enumerable.Range(0, (int)part.Rows).Select(row => (part.File.Name, part.First + row)));
            });

            Assert.Equal(expected, found);
            Assert.Equal(Enumerable.Range(0, partitions.Count).Select(static number => (long)number), partitions.Select(static partition => partition.Number));
        }
    }

    [Fact]
    public void A_matrix_is_made_of_the_signatures_columns_under_the_inputs_names()
    {
        var planned = BatchColumns.Plan(Model(["tenure", "charges"], Matrix), Spec(columns: new() { ["charges"] = "monthly" })).Value;

        Assert.Equal(("features", true), (planned.Single().Name, planned.Single().IsMatrix));
        Assert.Equal([new("tenure", "tenure"), new PlannedColumn("charges", "monthly")], planned[0].Columns);
    }

    [Fact]
    public void Columns_of_their_own_are_inputs_of_one_column_each()
    {
        var planned = BatchColumns.Plan(Model([], new("age", DataType.INT64, [-1]), new("name", DataType.BYTES, [-1, 1])), Spec()).Value;

        Assert.Equal([("age", false), ("name", true)], planned.Select(static input => (input.Name, input.IsMatrix)));
    }

    [Fact]
    public void What_cannot_be_made_of_columns_is_refused_with_the_input()
    {
        Assert.Contains("'features'", Refusal(Model([], Matrix), Spec()), StringComparison.Ordinal);
        Assert.Contains("takes 2 columns and 'features' names 1", Refusal(Model([], Matrix), Spec(features: ["a"])), StringComparison.Ordinal);
        Assert.Contains("names 'x', which the model does not take; it takes a, b", Refusal(Model(["a", "b"], Matrix), Spec(columns: new() { ["x"] = "y" })), StringComparison.Ordinal);
        Assert.Contains("FP32[-1,3,3]", Refusal(Model([], new ModelTensor("image", DataType.FP32, [-1, 3, 3])), Spec()), StringComparison.Ordinal);
        Assert.Contains("free first dimension", Refusal(Model([], new ModelTensor("x", DataType.FP32, [1, 3])), Spec()), StringComparison.Ordinal);
        Assert.Contains("BF16", Refusal(Model([], new ModelTensor("x", DataType.BF16, [-1])), Spec()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DuckTypeId.Varchar, DataType.FP32, true)]
    [InlineData(DuckTypeId.Double, DataType.INT64, true)]
    [InlineData(DuckTypeId.Date, DataType.FP32, false)]
    [InlineData(DuckTypeId.List, DataType.BYTES, false)]
    [InlineData(DuckTypeId.Timestamp, DataType.BYTES, true)]
    [InlineData(DuckTypeId.Double, DataType.BOOL, false)]
    internal void Types_fit_or_not(DuckTypeId given, DataType wanted, bool fits) => Assert.Equal(fits, BatchColumns.Problem(given, wanted) is null);

    [Fact]
    public void Predictions_have_ids_of_their_own_that_are_the_same_again()
    {
        var batch = Convert.FromHexString("01a201162b6c7e8bbd5e164798cae360");
        var ids = Enumerable.Range(0, 10_000).Select(row => Id(batch, row)).ToList();

        Assert.Equal(10_000, ids.Distinct().Count());
        Assert.Equal(ids[7], Id(batch, 7));
        Assert.All(ids, static id => Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(0x01a201162b6c), PredictionIds.Time(PredictionIds.Parse(id)!.Value)));
        Assert.All(ids, static id => Assert.Contains(id[16], "89ab"));
    }

    [Theory]
    [InlineData("part-000012.parquet", false, 12)]
    [InlineData("refused-000000.jsonl", true, 0)]
    public void Names_of_files_tell_their_partition(string name, bool refused, long partition)
    {
        Assert.Equal((refused, partition), BatchPlaces.Parse(name));
        Assert.Equal(name, BatchPlaces.FileName(refused, partition, Path.GetExtension(name)));
    }

    [Theory]
    [InlineData("../../secret")]
    [InlineData("part-.parquet")]
    [InlineData("part--1.parquet")]
    [InlineData("other-1.parquet")]
    public void Other_names_tell_nothing(string name) => Assert.Null(BatchPlaces.Parse(name));

    private static string Id(byte[] batch, long row)
    {
        Span<byte> text = stackalloc byte[32];
        BatchPlaces.PredictionId(batch, row, text);
        return System.Text.Encoding.ASCII.GetString(text);
    }

    private static string Refusal(ModelDeclaration model, BatchPredictionSpec spec)
    {
        var refused = BatchColumns.Plan(model, spec).Failure!;
        Assert.Equal("serving.batch_columns", refused.Code);
        return refused.Message;
    }

    private static ModelDeclaration Model(string[] columns, params ModelTensor[] inputs) => new("onnx_onnxv1", inputs, [], columns);

    private static BatchPredictionSpec Spec(Dictionary<string, string>? columns = null, string[]? features = null) => new() { Columns = columns ?? [], Features = features ?? [] };
}
