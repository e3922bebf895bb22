namespace Orrery.Server;

/// <summary>One measurement, with the trace that it was made in.</summary>
/// <param name="Value">What was measured.</param>
/// <param name="Trace">32 hexadecimal digits.</param>
/// <param name="Span">16 hexadecimal digits.</param>
/// <param name="Tick">Of <see cref="Environment.TickCount64"/>.</param>
internal sealed record Exemplar(double Value, string Trace, string Span, long Tick);
