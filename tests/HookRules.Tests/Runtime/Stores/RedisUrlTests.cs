using HookRules.Runtime.Stores.Redis;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Runtime.Stores;

public sealed class RedisUrlTests
{
    [Theory]
    [InlineData("redis://localhost", "localhost:6379 db 0")]
    [InlineData("redis://cache.example.com:7000/3", "cache.example.com:7000 db 3")]
    [InlineData("rediss://h", "h:6379 db 0 tls")]
    [InlineData("redis://:pw@h", "h:6379 db 0 as '' with 'pw'")]
    [InlineData("redis://me:p%40ss%3A%2f@h:1", "h:1 db 0 as 'me' with 'p@ss:/'")]
    [InlineData("redis://me:p@ss@h", "h:6379 db 0 as 'me' with 'p@ss'")]
    [InlineData("redis://me:pw@[2001:db8::1]:7000", "[2001:db8::1]:7000 db 0 as 'me' with 'pw'")]
    [InlineData("redis://[::1]", "[::1]:6379 db 0")]
    [InlineData("REDIS://h/", "h:6379 db 0")]
    [InlineData("unix:///run/redis.sock?db=2", "/run/redis.sock db 2")]
    public void AUrlIsTakenApart(string text, string said)
    {
        var url = RedisUrl.TryParse(text, out var problem).ShouldNotBeNull(problem);

        var who = url.User is { } user ? $" as '{user}' with '{url.Password}'" : "";
        $"{url.Name} db {url.Database}{(url.Tls ? " tls" : "")}{who}".ShouldBe(said);
        $"{url}".ShouldBe(url.Name, "no secret is in its text");
    }

    [Theory]
    [InlineData("localhost:6379")]
    [InlineData("http://:secret@h")]
    [InlineData("redis://:secret@h:port")]
    [InlineData("redis://:secret@h:70000")]
    [InlineData("redis://:secret@h/secret")]
    [InlineData("redis://:secret@h?secret=1")]
    [InlineData("redis://:secret@h?lease=0")]
    [InlineData("unix://secret")]
    [InlineData("")]
    public void WhatIsNoUrlIsNotRepeated(string text)
    {
        RedisUrl.TryParse(text, out var problem).ShouldBeNull();

        problem.ShouldNotBeNull().ShouldNotContain("secret");
        problem.ShouldContain("redis://");
    }

    [Fact]
    public void HowLongALeaseIsMayBeSaid() =>
        (RedisUrl.TryParse("redis://h?lease=5s", out _)!.Lease, RedisUrl.TryParse("redis://h", out _)!.Lease).ShouldBe(
            (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30))
        );

    [Theory]
    [InlineData("git@github.com:team/app.git", "github.com/team/app")]
    [InlineData("https://GitHub.com/team/app", "github.com/team/app")]
    [InlineData("https://me:token@github.com/team/app.git/", "github.com/team/app")]
    [InlineData("ssh://git@github.com:22/team/app.git", "github.com/team/app")]
    [InlineData("/srv/git/app.git", null)]
    [InlineData("file:///srv/git/app.git", null)]
    [InlineData("../app", null)]
    public void ClonesOfARepositoryAreOneProjectHoweverItsUrlIsWritten(string url, string? project) =>
        ProjectOrigin.Normal(url).ShouldBe(project);

    [Theory]
    [InlineData("/p/.claude/hookrules/plan.json", "/q/.claude/hookrules/plan.json")]
    [InlineData("/home/me/.claude/hookrules/plan.json", null)]
    public void AnotherMachinesPlanIsThisOnesInTheSamePlace(string path, string? here) =>
        PlanNames.Find(PlanNames.NameOf(path, "/p"), "/q").ShouldBe(here);

    [Theory]
    [InlineData("project:../../etc/plan.json")]
    [InlineData("project:/etc/plan.json")]
    [InlineData("project:a//b")]
    public void NoNameLeadsOutOfTheProject(string name) => PlanNames.Find(name, "/q").ShouldBeNull();
}
