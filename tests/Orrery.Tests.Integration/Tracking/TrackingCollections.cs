using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Classes of tests that share one server with SQLite: each test works in a workspace of its own.</summary>
[CollectionDefinition(nameof(TrackingOnOneSqlite))]
public sealed class TrackingOnOneSqlite : ICollectionFixture<TrackingOnSqlite>;

/// <summary>Classes of tests that share one server with PostgreSQL: each test works in a workspace of its own.</summary>
[CollectionDefinition(nameof(TrackingOnOnePostgres))]
public sealed class TrackingOnOnePostgres : ICollectionFixture<TrackingOnPostgres>;
