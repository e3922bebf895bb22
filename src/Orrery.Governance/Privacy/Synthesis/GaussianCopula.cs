using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Orrery.Governance;

/// <summary>
/// A Gaussian copula over columns and over whether they are null (Nelsen, An Introduction to Copulas, 2.3; Patki et al., The Synthetic Data Vault, 2016): the
/// distribution of each column is the real one's, and rank correlations between them are kept. Categories weaken correlations; so those that are drawn
/// are compared with the real ones a few times, and the copula's corrected.
/// </summary>
internal sealed class GaussianCopula
{
    private const int Corrections = 6;
    private const int TrialRows = 4000;
    private const double MostCorrelation = 0.995;

    private readonly IReadOnlyList<CopulaColumn> _columns;
    private readonly IReadOnlyList<int> _nullable;
    private Matrix<double> _root;

    private GaussianCopula(IReadOnlyList<CopulaColumn> columns, IReadOnlyList<int> nullable, Matrix<double> correlations)
    {
        (_columns, _nullable, _root) = (columns, nullable, Root(correlations));
    }

    /// <summary>Fits one.</summary>
    public static GaussianCopula Fit(IReadOnlyList<CopulaColumn> columns, int seed, CancellationToken cancel)
    {
        int[] nullable = [.. Enumerable.Range(0, columns.Count).Where(at => columns[at].NullShare > 0)];
        var wanted = RankCorrelations.Of([.. columns.Select(static column => column.Scores()), .. nullable.Select(at => Nulls(columns[at].Scores(), columns[at].Real))]);
        var latent = wanted.Clone();
        var copula = new GaussianCopula(columns, nullable, latent);
        for (var turn = 0; turn < Corrections; turn++)
        {
            cancel.ThrowIfCancellationRequested();
            var drawn = copula.Draw(TrialRows, new Random(seed));
            var got = RankCorrelations.Of([.. drawn, .. nullable.Select(at => (double[])[.. drawn[at].Select(static one => double.IsNaN(one) ? 1.0 : 0.0)])]);
            for (var row = 0; row < latent.RowCount; row++)
            {
                for (var column = 0; column < row; column++)
                    latent[row, column] = latent[column, row] = Math.Clamp(latent[row, column] + wanted[row, column] - got[row, column], -MostCorrelation, MostCorrelation);
            }

            copula._root = Root(latent);
        }

        return copula;
    }

    /// <summary>Draws rows: of each column a value on its own scale, not-a-number for null.</summary>
    public double[][] Draw(int rows, Random random)
    {
        var drawn = _columns.Select(_ => new double[rows]).ToArray();
        var normal = new DenseVector(_root.RowCount);
        for (var row = 0; row < rows; row++)
        {
            for (var at = 0; at < normal.Count; at++)
                normal[at] = Normals.Next(random);
            var joint = _root * normal;
            for (var at = 0; at < drawn.Length; at++)
                drawn[at][row] = _columns[at].At(Normals.Below(joint[at]));
            for (var at = 0; at < _nullable.Count; at++)
            {
                if (Normals.Below(joint[drawn.Length + at]) > 1 - _columns[_nullable[at]].NullShare)
                    drawn[_nullable[at]][row] = double.NaN;
            }
        }

        return drawn;
    }

    private static double[] Nulls(double[] scores, PrivacyColumn real) => [.. scores.Select((_, row) => real.IsNull(row) ? 1.0 : 0.0)];

    // What was estimated pair by pair need not be a correlation matrix as a whole; it is drawn towards independence until it is.
    private static Matrix<double> Root(Matrix<double> correlations)
    {
        var identity = DenseMatrix.CreateIdentity(correlations.RowCount);
        for (var towards = 0.0; towards < 1; towards = towards == 0 ? 0.001 : towards * 2)
        {
            var tried = (correlations * (1 - towards)) + (identity * towards);
            var values = tried.Evd(Symmetricity.Symmetric).EigenValues;
            if (values.All(static value => value.Real > 1e-6))
                return tried.Cholesky().Factor;
        }

        return identity;
    }
}
