"""Prompts written for this project, with a guess of how hard they are: what benchmark questions never show a classifier.

Nobody marked an answer to these. They teach that a favour is small however it is worded, that a long text to be worked on
makes no task hard, and that proofs, olympiad problems and the design of systems are.
"""

from itertools import product
from typing import Dict, Iterator, List, Sequence, Tuple

SMALL = 0.06
LONG_BUT_SMALL = 0.12
HARD = 0.80

GREETINGS = (
    'hello', 'hey', 'hi there', 'hi!', 'good morning', 'how are you?', 'thank you', 'thanks a lot', 'ok', 'yes', 'no', 'bye',
    'great, thanks!', 'are you there?', 'who are you?', 'what can you do?', 'tell me a joke', 'can you help me?', 'test',
    'continue', 'say that again, shorter', 'never mind',
)
FAVOURS = (
    'What is the capital of {place}?', 'Which language is spoken in {place}?', 'what currency do they use in {place}',
    'Where is {place}?', 'How do you say "thank you" in {language}?', "translate 'where is the station' into {language}",
    'Translate "I would like a coffee" to {language}.', 'What is the {language} word for water?',
    'Write a two-line {kind} for my {person}.', 'Give me an idea for a {kind} for my {person}.',
    'fix the spelling: I recieved teh {kind} yesterday', 'Make this sentence polite: send me the {kind} now.',
    'What is another word for {word}?', 'What does "{word}" mean?', 'Use {word} in a sentence.', 'What is the opposite of {word}?',
    'How many days are in {month}?', 'Which month comes after {month}?', 'name three fruits that are ripe in {month}',
    'What is {small} plus {other}?', '{small} times {other}', 'Convert {small} kilometres to miles.',
    'remind me to call my {person} at {small}', 'Write a short out-of-office message for {month}.',
    'List {small} names for a cat.', 'Who wrote {book}?', 'What is {book} about, in one sentence?', 'When was {book} published?',
    'Summarise this in one sentence: We met in {place}, the train was late, and my {person} laughed all the way.',
    'Is {place} in Europe?', 'recommend a dish from {place}', 'Turn this into a list: apples, bread, a {kind}, milk.',
)
FILLINGS: Dict[str, Sequence[str]] = {
    'place': ('Norway', 'Peru', 'Japan', 'Kenya'),
    'language': ('German', 'Italian', 'Japanese', 'Portuguese'),
    'kind': ('birthday card', 'thank-you note', 'toast', 'present'),
    'person': ('brother', 'teacher', 'neighbour', 'mother'),
    'word': ('brave', 'quick', 'modest', 'angry'),
    'month': ('March', 'June', 'August', 'November'),
    'small': ('3', '7', '12', '20'),
    'other': ('4', '9', '15', '5'),
    'book': ('Moby-Dick', 'Emma', 'The Odyssey', 'Dracula'),
}

TASKS_ON_A_TEXT = (
    'Summarise the following text in one sentence.\n\n{text}', 'Translate into Spanish:\n\n{text}',
    'Correct the spelling of this text.\n\n{text}', '{text}\n\nWhat is the text above about?',
    'Here are my notes:\n\n{text}\n\nGive them a title.', 'How many questions are in the text below?\n\n{text}',
)

STATEMENTS = (
    'the square root of every prime is irrational', 'there are infinitely many primes of the form 6k + 5',
    'every compact metric space is separable', 'a finite group of order p squared is abelian',
    'the harmonic series diverges while its alternating form converges', 'every bounded monotone sequence converges',
    'for positive reals x, y, z with x + y + z = 1 we have 1/x + 1/y + 1/z >= 9', 'n^5 - n is divisible by 30 for all n',
    'the eigenvalues of a Hermitian matrix are real', 'any graph with n vertices and n edges contains a cycle',
    'the halting problem is undecidable', 'the medians of a triangle meet in one point',
)
PROOFS = (
    'Prove that {it}.', 'Prove by induction or by contradiction that {it}. Justify every step.',
    'Show rigorously that {it}, and say where each assumption is used.', 'Is it true that {it}? Give a proof or a counterexample.',
)
PROBLEMS = (
    'Find all functions f: R -> R with f(x + f(y)) = f(x) + y for all real x and y.',
    'Determine all pairs of positive integers (m, n) such that m^2 - n! = 2001.',
    'Let ABC be an acute triangle with circumcentre O. The line AO meets BC at D. Show that BD/DC = sin 2C / sin 2B.',
    'How many ways are there to tile a 3 x 20 board with dominoes? Derive the recurrence and solve it.',
    'Let p be an odd prime. Find the remainder of 1^(p-1) + 2^(p-1) + ... + (p-1)^(p-1) modulo p^2 in terms of p.',
    'A sequence satisfies a_1 = 2 and a_(n+1) = a_n^2 - a_n + 1. Find the sum of 1/a_n over all n and prove it.',
    'Find the maximum of xyz + xy + yz + zx given that x + y + z = 12 and x, y, z are not negative.',
    'Evaluate the integral of ln(1 + x) / (1 + x^2) from 0 to 1 in closed form.',
    'Solve the partial differential equation u_t = u_xx on [0, 1] with u(0, t) = u(1, t) = 0 and u(x, 0) = x(1 - x).',
    'Five sailors and a monkey divide coconuts in the usual puzzle. Derive the smallest number of coconuts for k sailors.',
    'Compute the expected number of rolls of a fair die until every face has appeared at least twice.',
    'Find the number of ordered triples (a, b, c) with a + b + c = 2024 and a, b, c coprime in pairs.',
)
THEOREMS = (
    'the Bolzano–Weierstrass theorem', 'the fundamental theorem of algebra', "Gödel's first incompleteness theorem",
    'the central limit theorem', 'the Cayley–Hamilton theorem', "Stokes' theorem", 'the Hahn–Banach theorem', "Hall's marriage theorem",
)
ARGUMENTS = (
    'Give a complete, rigorous proof of {it}.', 'Sketch two different proofs of {it} and compare what each of them needs.',
    'Derive {it} from first principles. Where would the argument fail if one assumption were dropped?',
)
TROUBLES = (
    'a deadlock in a Java service that shows up under load only', 'a memory leak in a C extension of Python',
    'a data race between two threads of a Rust program with unsafe blocks', 'wrong results of a CUDA kernel on large inputs',
    'a query plan of PostgreSQL that became slow after an upgrade', 'lost messages in a Kafka consumer group after a rebalance',
    'a TLS handshake that fails for one client in a thousand', 'a numerical instability in a solver for stiff equations',
)
SEARCHES = (
    'Find the cause of {it} and prove that your fix is enough.', 'Debug {it}. List the hypotheses, how to tell them apart, and a fix.',
    'Here is {it}; the code is below. Explain what happens step by step and rewrite it so that it cannot happen again.',
)
SYSTEMS = (
    'a distributed lock service', 'a rate limiter that works across regions', 'a wait-free hash table', 'a lock-free stack',
    'a multi-tenant job scheduler', 'a write-ahead log with crash recovery', 'a garbage collector for a small language',
    'a query optimiser for joins', 'a type checker with let-polymorphism', 'a Raft implementation with snapshots',
    'a concurrent skip list', 'a CRDT for rich text',
)
DESIGNS = (
    'Design {it} and analyse its failure modes, consistency guarantees and complexity.',
    'Implement {it} in Rust without unsafe code, with tests, and explain why it is correct under concurrency.',
    'Write {it} in C++20. Discuss memory ordering and prove that no update is lost.',
    'Review the trade-offs of three architectures for {it}; derive the throughput of each from first principles.',
    'Our {it} deadlocks under load once a week. Propose a way to find the race and a formal argument that the fix is complete.',
)


def graded_prompts(texts: Sequence[str]) -> Iterator[Tuple[str, float]]:
    """(prompt, P(the cheap model is not enough)). `texts` become the material of the long prompts."""
    yield from ((greeting, SMALL) for greeting in GREETINGS)
    yield from ((prompt, SMALL) for template in FAVOURS for prompt in _filled(template))
    yield from ((prompt, LONG_BUT_SMALL) for prompt in _long_prompts(texts))
    yield from ((template.format(it=it), HARD) for template, it in product(PROOFS, STATEMENTS))
    yield from ((template.format(it=it), HARD) for template, it in product(DESIGNS, SYSTEMS))
    yield from ((template.format(it=it), HARD) for template, it in product(ARGUMENTS, THEOREMS))
    yield from ((template.format(it=it), HARD) for template, it in product(SEARCHES, TROUBLES))
    yield from ((problem, HARD) for problem in PROBLEMS)


def _filled(template: str) -> List[str]:
    places = [name for name in FILLINGS if f'{{{name}}}' in template]
    if not places:
        return [template]
    return [template.format(**{name: FILLINGS[name][at] for name in places}) for at in range(4)]


def _long_prompts(texts: Sequence[str]) -> Iterator[str]:
    for at, template in product(range(20), TASKS_ON_A_TEXT):
        start = (at * 37) % max(1, len(texts) - 16)
        yield template.format(text='\n'.join(texts[start : start + 1 + at % 12]))
