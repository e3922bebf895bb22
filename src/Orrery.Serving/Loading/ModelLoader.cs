using Orrery.Native;

namespace Orrery.Serving;

/// <summary>Loads models by their recipes.</summary>
internal sealed class ModelLoader(ModelFiles files, PythonRuntime python, RemoteRuntime remote)
{
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Loads a model and has it answer once, so that the first caller does not wait for what is made at the first run.</summary>
    /// <exception cref="ModelException">It cannot be loaded; the message says why.</exception>
    public async ValueTask<ServedModel> LoadAsync(ModelRecipe recipe, ModelOptions options, CancellationToken cancel)
    {
        // Not warmed up: a request of zeros is nothing to send to somebody else's server.
        if (recipe.Remote is not null)
            return await remote.OpenAsync(recipe, cancel);
        var folder = await files.EnsureAsync(recipe, cancel);
        ServedModel model = recipe.Runtime switch
        {
            Runtimes.Onnx => OnnxModel.Open(Path.Combine(folder, recipe.Entry), SignatureColumns.Names(recipe.Document), new OnnxSessionOptions { Threads = options.Threads }),
            Runtimes.Python => await python.OpenAsync(recipe, folder, options, cancel),
            _ => throw new ModelException($"There is no runtime '{recipe.Runtime}'."),
        };
        try
        {
            await WarmUpAsync(model, cancel);
            return model;
        }
        catch
        {
            await model.DisposeAsync();
            throw;
        }
    }

    // One row of zeros. A model that refuses them is as warm as it gets.
    private static async ValueTask WarmUpAsync(ServedModel model, CancellationToken cancel)
    {
        var call = new InferenceCall();
        foreach (var input in model.Declaration.Inputs)
        {
            var tensor = call.Inputs.Add();
            (tensor.Name, tensor.Type) = (input.Name, input.Type);
            tensor.SetShape([.. input.Shape.Select(static size => size < 0 ? 1 : size)]);
            if (input.Type is DataType.BYTES)
            {
                for (var text = 0; text < tensor.Count; text++)
                    tensor.AddText([]);
            }
            else
            {
                tensor.Append(checked((int)tensor.Count * input.Type.Width())).Clear();
            }
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        enough.CancelAfter(LongestWarmUp);
        try
        {
            await model.InferAsync(call, enough.Token);
        }
        catch (Exception refused) when (refused is TensorException or ModelException)
        {
            // Zeros are no request of a user's.
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // It is slow; it is as warm as it gets.
        }
    }
}
