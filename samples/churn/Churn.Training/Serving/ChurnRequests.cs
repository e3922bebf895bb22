using System.Text.Json;

namespace Churn;

/// <summary>Requests about one customer, and the probability of leaving in their answers.</summary>
internal static class ChurnRequests
{
    /// <summary>KServe's V1 protocol.</summary>
    public static byte[] V1(ServedCustomer customer) => Bytes(json =>
    {
        json.WriteStartArray("instances");
        Row(json, customer);
        json.WriteEndArray();
    });

    /// <summary>V1 by the customer's key: the server looks the features up.</summary>
    public static byte[] ByKey(ServedCustomer customer) => Bytes(json =>
    {
        json.WriteStartArray("instances");
        json.WriteStartObject();
        json.WriteString("customer_id", customer.Id);
        json.WriteEndObject();
        json.WriteEndArray();
    });

    /// <summary>The Open Inference Protocol (V2).</summary>
    public static byte[] V2(ServedCustomer customer) => Bytes(json =>
    {
        json.WriteString("id", customer.Id);
        json.WriteStartArray("inputs");
        json.WriteStartObject();
        json.WriteString("name", OnnxGraph.Input);
        json.WriteString("datatype", "FP32");
        json.WriteStartArray("shape");
        json.WriteNumberValue(1);
        json.WriteNumberValue(customer.Inputs.Length);
        json.WriteEndArray();
        json.WritePropertyName("data");
        Row(json, customer);
        json.WriteEndObject();
        json.WriteEndArray();
    });

    /// <summary><c>{"predictions": [[0.9, 0.1]]}</c>.</summary>
    public static double OfV1(JsonElement answer) => answer.GetProperty("predictions")[0][1].GetDouble();

    /// <summary>The output <c>probabilities</c>, and the version that gave it.</summary>
    public static (double Leaves, string Version) OfV2(JsonElement answer)
    {
        var output = answer.GetProperty("outputs").EnumerateArray().First(static one => one.GetProperty("name").ValueEquals(OnnxGraph.Probabilities));
        return (output.GetProperty("data")[1].GetDouble(), answer.GetProperty("model_version").GetString()!);
    }

    private static void Row(Utf8JsonWriter json, ServedCustomer customer)
    {
        json.WriteStartArray();
        foreach (var value in customer.Inputs)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
