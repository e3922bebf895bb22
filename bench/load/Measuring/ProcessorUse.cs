namespace Orrery.Load;

/// <summary>Processor time, user and system.</summary>
/// <param name="Server">Of the server process.</param>
/// <param name="Database">Of all processes of the database server; zero when the database is in the server.</param>
/// <param name="Generator">Of this process.</param>
internal readonly record struct ProcessorUse(TimeSpan Server, TimeSpan Database, TimeSpan Generator)
{
    public static ProcessorUse operator -(ProcessorUse later, ProcessorUse earlier) =>
        new(later.Server - earlier.Server, later.Database - earlier.Database, later.Generator - earlier.Generator);
}
