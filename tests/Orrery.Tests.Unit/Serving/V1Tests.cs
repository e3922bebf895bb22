using System.Text.Json;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

/// <summary>Requests and answers of the V1 protocol.</summary>
public sealed class V1Tests
{
    [Theory]
    [InlineData("""{"instances": [[1, 2.5, -3], [4, 5, 6]]}""")]
    [InlineData("""{"inputs": [[1, 2.5, -3], [4, 5, 6]], "instances": [[9]]}""")]
    [InlineData("""{"instances": [[9]], "inputs": [[1, 2.5, -3], [4, 5, 6]]}""")]
    [InlineData("""{"signature_name": {"x": [1]}, "instances": [{"c": -3, "a": 1, "b": 2.5}, {"a": 4, "b": 5, "c": 6}]}""")]
    [InlineData("""{"inputs": {"features": [[1, 2.5, -3], [4, 5, 6]]}}""")]
    public void Rows_become_a_tensor(string body)
    {
        var tensor = Wire.V1(body).Inputs[0];

        Assert.Equal("features", tensor.Name);
        Assert.Equal([2, 3], tensor.Shape.ToArray());
        Assert.Equal([1, 2.5f, -3, 4, 5, 6], tensor.Values<float>().ToArray());
    }

    [Fact]
    public void Named_rows_are_read_without_a_signature()
    {
        var call = Wire.V1("""{"instances": [{"features": [1, 2, 3]}, {"features": [4, 5, 6]}]}""", Wire.Classifier with { Columns = [] });

        Assert.Equal([2, 3], call.Inputs[0].Shape.ToArray());
    }

    [Fact]
    public void What_is_missing_is_not_a_number()
    {
        var tensor = Wire.V1("""{"instances": [[null, "NaN", "-Infinity"]]}""").Inputs[0];

        Assert.Equal([float.NaN, float.NaN, float.NegativeInfinity], tensor.Values<float>().ToArray());
    }

    [Fact]
    public void No_rows_are_no_fault() => Assert.Equal([0, 3], Wire.V1("""{"instances": []}""").Inputs[0].Shape.ToArray());

    [Theory]
    [InlineData("""{"instances": [{"age": 3, "city": "Köln\u0000", "married": true}, {"married": 0, "city": "", "age": [4.5]}]}""")]
    [InlineData("""{"instances": [[3, "Köln\u0000", 1], [4.5, "", false]]}""")]
    [InlineData("""{"inputs": {"city": ["Köln\u0000", ""], "age": [3, 4.5], "married": [true, false]}}""")]
    public void Columns_become_tensors(string body)
    {
        var call = Wire.V1(body, Wire.Columns);

        Assert.Equal([3, 4.5], call.Inputs.Find("age")!.Values<double>().ToArray());
        Assert.Equal([2, 1], call.Inputs.Find("age")!.Shape.ToArray());
        Assert.Equal("Köln\0"u8.ToArray(), call.Inputs.Find("city")!.Text(0).ToArray());
        Assert.Equal(0, call.Inputs.Find("city")!.Text(1).Length);
        Assert.Equal([2], call.Inputs.Find("city")!.Shape.ToArray());
        Assert.Equal([1, 0], call.Inputs.Find("married")!.Bytes.ToArray());
    }

    [Theory]
    [InlineData("""{"instances": 5}""", "Expected \"instances\" to be a list.")]
    [InlineData("""{"instances": {"a": 1}}""", "Expected \"instances\" to be a list.")]
    [InlineData("""{"rows": [[1]]}""", "Expected \"instances\" (or \"inputs\") in the request.")]
    [InlineData("""[[1, 2, 3]]""", "The request must be a JSON object with 'instances'.")]
    [InlineData("""{"instances": [[1, 2, 3], [1, 2]]}""", "'features' has lists of different length: one of 2 where another has 3.")]
    [InlineData("""{"instances": [[1, 2, 3], 1]}""", "'features' has lists of different depth.")]
    [InlineData("""{"instances": [[1, 2, 3], [1, [2], 3]]}""", "'features' has lists of different depth.")]
    [InlineData("""{"instances": [[1, "x", 3]]}""", "Element 1 of 'features' is \"x\"; it must be a number.")]
    [InlineData("""{"instances": [{"a": 1, "b": 2}]}""", "Instance 0 has no column 'c'.")]
    [InlineData("""{"instances": [{"a": 1, "b": 2, "c": 3, "d": 4}]}""", "Instance 0 has a column 'd', which the model does not have; it has a, b, c.")]
    [InlineData("""{"instances": [{"a": 1, "b": 2, "a": 3}]}""", "Instance 0 has the column 'a' twice.")]
    [InlineData("""{"instances": [{"a": 1, "b": {}, "c": 3}]}""", "Element 3 of 'features' is an object; it must be a number.")]
    [InlineData("""{"inputs": {"nothing": [1]}}""", "The model has no input 'nothing'; it has features.")]
    public void Wrong_requests_are_told_why(string body, string message) =>
        Assert.Equal(message, Assert.Throws<TensorException>(() => Wire.V1(body)).Message);

    [Theory]
    [InlineData("""{"instances": [{"age": 1, "city": "x"}]}""", "Instance 0 has no 'married'; the model wants age, city, married.")]
    [InlineData("""{"instances": [{"age": 1, "city": 2, "married": 1}]}""", "Element 0 of 'city' is 2; it must be a text.")]
    [InlineData("""{"instances": [{"age": 1, "city": "2", "married": 3}]}""", "Element 0 of 'married' is 3; it must be true, false, 1 or 0.")]
    [InlineData("""{"instances": [{"age": 1, "age": 1, "city": "2", "married": 1}]}""", "Instance 0 has 'age' twice.")]
    [InlineData("""{"instances": [[1, "2", 1, 4]]}""", "Instance 0 has more than the 3 values that the model takes.")]
    [InlineData("""{"instances": [7]}""", "Instance 0 must be an object with age, city, married.")]
    public void Wrong_columns_are_told_why(string body, string message) =>
        Assert.Equal(message, Assert.Throws<TensorException>(() => Wire.V1(body, Wire.Columns)).Message);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"instances": [[1, 2, 3]]} x""")]
    [InlineData("""{"instances": [[NaN]]}""")]
    [InlineData("""{"instances": [[1,]]}""")]
    public void Broken_json_is_refused(string body) => Assert.ThrowsAny<Exception>(() => Wire.V1(body));

    [Fact]
    public void Deep_json_is_refused() =>
        Assert.ThrowsAny<JsonException>(() => Wire.V1($$"""{"instances": {{new string('[', 100_000)}}"""));

    [Fact]
    public void One_output_is_a_list_of_rows()
    {
        var call = new InferenceCall();
        var tensor = call.Output("p", DataType.FP32, 2, 2);
        foreach (var value in new[] { 0.25f, 0.75f, float.NaN, 1e-7f })
            tensor.Add(value);

        Assert.Equal("""{"predictions":[[0.25,0.75],[null,1E-07]]}""", Wire.V1Answer(call));
    }

    [Fact]
    public void Several_outputs_are_an_object_a_row()
    {
        var call = new InferenceCall();
        var label = call.Output("label", DataType.BYTES, 2);
        label.AddText("yes"u8);
        label.AddText("nö"u8);
        var score = call.Output("score", DataType.FP64, 2, 1);
        score.Add(0.5);
        score.Add(2.0);

        using var answer = JsonDocument.Parse(Wire.V1Answer(call));
        var rows = answer.RootElement.GetProperty("predictions");
        Assert.Equal("nö", rows[1].GetProperty("label").GetString());
        Assert.Equal(2.0, rows[1].GetProperty("score")[0].GetDouble());
    }
}
