using System.Text.Json;

namespace Orrery.Features;

/// <summary>The entity rows of a request: which entities, and as of when.</summary>
internal abstract record EntityInput;

/// <summary>Columns of JSON values, all of one length.</summary>
internal sealed record EntityColumns(IReadOnlyList<string> Names, IReadOnlyList<IReadOnlyList<JsonElement>> Columns) : EntityInput;

/// <summary>A Parquet or CSV file that the embedded engine can read.</summary>
internal sealed record EntityFile(string Path, bool IsCsv) : EntityInput;

/// <summary>All entities that the views' sources have between two moments, both inclusive: as of the last moment, or of each of their rows.</summary>
internal sealed record EntityRange(long Start, long End, bool IsSnapshot) : EntityInput;
