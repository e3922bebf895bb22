namespace Orrery.Serving;

/// <summary>How a version of a model stands.</summary>
/// <param name="Name">Of the deployment.</param>
/// <param name="Version">Of the model; empty when none answers.</param>
/// <param name="State">READY or UNAVAILABLE.</param>
/// <param name="Reason">Why it does not answer; empty when it does.</param>
internal sealed record ModelState(string Name, string Version, string State, string Reason);
