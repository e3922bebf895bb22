namespace Orrery.Serving;

/// <summary>What turned out to be true of a row of a prediction.</summary>
/// <param name="PredictionId">32 hexadecimal digits.</param>
/// <param name="Row">Of the request, from 0.</param>
/// <param name="Label">JSON in one form: a number, a text, true or false.</param>
/// <param name="At">When it came true, Unix milliseconds; null when that was not said.</param>
internal sealed record LabelRow(string PredictionId, int Row, string Label, long? At);
