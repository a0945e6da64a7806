using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

public class Blake2bTests
{
    // Expected values: Python's hashlib.blake2b(data, digest_size=32).
    [Theory]
    [InlineData(0, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8")]
    [InlineData(3, "b316f3683ac87007461037a8ff6547de35618800044bb3a4e98b3560c92c3794")]
    [InlineData(128, "14696d2a98d9f8a280da8b132b1045b345e1033759c6b02fcc4ee885c8ae7c37")]
    [InlineData(129, "3934215260b1039be9d9d2b073b059bcd50120c327a22af93eb4d98cf821c14c")]
    [InlineData(5000, "ec7a110a5c8066a44fd7982af51d0cbe7f9d07fabc8f8953ea5b82e50249da28")]
    public void ItAgreesWithThePublishedAlgorithm(int length, string expected) =>
        Blake2b.HashHex([.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))]).ShouldBe(expected);
}
