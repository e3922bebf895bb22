using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>On PostgreSQL.</summary>
public sealed class EvaluationOnPostgres(EvaluationServerOnPostgres server) : EvaluationBehaviour(server), IClassFixture<EvaluationServerOnPostgres>;
