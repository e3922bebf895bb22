using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>On SQLite.</summary>
public sealed class EvaluationOnSqlite(EvaluationServerOnSqlite server) : EvaluationBehaviour(server), IClassFixture<EvaluationServerOnSqlite>;
