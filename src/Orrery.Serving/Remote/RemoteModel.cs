namespace Orrery.Serving;

/// <summary>A model that an endpoint elsewhere answers for.</summary>
internal sealed class RemoteModel(ModelDeclaration declaration, RemoteProtocol protocol, RemoteCalls calls) : ServedModel
{
    public override ModelDeclaration Declaration => declaration;

    public override long MemoryBytes => 1 << 10;

    public override async ValueTask InferAsync(InferenceCall call, CancellationToken cancel)
    {
        var body = protocol.Write(call);
        await calls.AskAsync(protocol, body, call, cancel);
    }

    public override ValueTask DisposeAsync()
    {
        calls.Dispose();
        return default;
    }
}
