namespace Orrery.Serving;

/// <summary>The value of a header that remote endpoints want: section <c>Orrery:Serving:Remote:Secrets:{name}</c>.</summary>
public sealed class RemoteSecret
{
    /// <summary>The value: <c>Bearer ...</c>. <c>ValueFile</c> names a file that holds it.</summary>
    public string Value { get; set; } = "";

    /// <summary>Hosts that it may be sent to, as in <see cref="RemoteOptions.Hosts"/>; empty for all that may be called.</summary>
    public string[] Hosts { get; set; } = [];
}
