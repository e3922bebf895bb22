namespace Orrery.Serving;

/// <summary>A worker is gone.</summary>
/// <param name="reason">How it ended.</param>
/// <param name="hadCall">Whether it had got the call that was to be answered.</param>
internal sealed class PythonWorkerException(string reason, bool hadCall) : Exception(reason)
{
    public bool HadCall => hadCall;
}
