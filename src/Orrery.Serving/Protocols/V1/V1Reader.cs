using System.Text.Json;

namespace Orrery.Serving;

/// <summary>
/// Reads prediction requests of KServe's V1 protocol: <c>instances</c>, a row each, or <c>inputs</c>, the same or a list for each column; when both are there
/// <c>inputs</c> counts. A row is a list, a value, or an object of columns.
/// </summary>
internal static class V1Reader
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 40 };

    /// <summary>Reads a body into tensors as the model declares them.</summary>
    /// <exception cref="TensorException">The request is wrong.</exception>
    /// <exception cref="JsonException">The JSON is broken.</exception>
    public static void Read(ReadOnlySpan<byte> body, ModelDeclaration model, InferenceCall call)
    {
        try
        {
            ReadBody(body, model, call);
        }
        catch (InvalidOperationException)
        {
            throw V2Text.NoText();
        }
    }

    private static void ReadBody(ReadOnlySpan<byte> body, ModelDeclaration model, InferenceCall call)
    {
        var json = new Utf8JsonReader(body, Options);
        if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
            throw new TensorException("The request must be a JSON object with 'instances'.");
        var (isRead, hasInputs) = (false, false);
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var isInputs = json.ValueTextEquals("inputs"u8);
            if (!isInputs && (hasInputs || !json.ValueTextEquals("instances"u8)))
            {
                V2Text.Skip(ref json);
                continue;
            }

            call.Inputs.Reset();
            json.Read();
            if (isInputs && json.TokenType is JsonTokenType.StartObject)
                V1Columns.Read(ref json, model, call);
            else if (json.TokenType is JsonTokenType.StartArray)
                ReadRows(ref json, model, call);
            else
                throw new TensorException(isInputs ? "Expected \"inputs\" to be a list or an object of lists." : "Expected \"instances\" to be a list.");
            (isRead, hasInputs) = (true, hasInputs || isInputs);
        }

        while (json.Read())
        {
        }

        if (!isRead)
            throw new TensorException("Expected \"instances\" (or \"inputs\") in the request.");
    }

    private static void ReadRows(ref Utf8JsonReader json, ModelDeclaration model, InferenceCall call)
    {
        if (model.Inputs.Count > 1)
            V1Rows.ReadColumns(ref json, model, call);
        else
            V1Rows.ReadTensor(ref json, model, call);
    }
}
